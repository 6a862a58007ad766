import { ShellSyntaxError } from './script.ts';

/** Value of `$(( ))`: whole numbers, + - * / %, comparisons, brackets, names of variables. Throws a ShellSyntaxError. */
export function evaluate(expression: string, value: (name: string) => string | undefined): number {
  const tokens = expression.match(/\d+|[A-Za-z_]\w*|==|!=|<=|>=|&&|\|\||[-+*/%()<>!]|\S/g) ?? [];
  let at = 0;
  const wrong = () => new ShellSyntaxError(`arithmetic expression: ${expression}`);

  const operand = (): number => {
    const token = tokens[at];
    at += 1;
    if (token === undefined) throw wrong();
    if (/^\d+$/.test(token)) return Number(token);
    if (/^[A-Za-z_]/.test(token)) {
      const number = Number(value(token) ?? '0');
      if (!Number.isInteger(number)) throw wrong();
      return number;
    }
    if (token === '-') return -operand();
    if (token === '+') return operand();
    if (token === '!') return operand() === 0 ? 1 : 0;
    if (token !== '(') throw wrong();
    const inner = binary(0);
    if (tokens[at] !== ')') throw wrong();
    at += 1;
    return inner;
  };

  const binary = (level: number): number => {
    const operators = levels[level];
    if (operators === undefined) return operand();
    let left = binary(level + 1);
    for (let apply = operators[tokens[at] ?? '']; apply !== undefined; apply = operators[tokens[at] ?? '']) {
      at += 1;
      left = apply(left, binary(level + 1));
    }
    if (Number.isFinite(left)) return left;
    throw new ShellSyntaxError('division by zero');
  };

  if (tokens.length === 0) return 0;
  const result = binary(0);
  if (at < tokens.length) throw wrong();
  return result;
}

type Operator = (left: number, right: number) => number;

/** Loosest first. */
const levels: readonly Readonly<Partial<Record<string, Operator>>>[] = [
  { '||': (a, b) => Number(a !== 0 || b !== 0) },
  { '&&': (a, b) => Number(a !== 0 && b !== 0) },
  { '==': (a, b) => Number(a === b), '!=': (a, b) => Number(a !== b) },
  { '<': (a, b) => Number(a < b), '<=': (a, b) => Number(a <= b), '>': (a, b) => Number(a > b), '>=': (a, b) => Number(a >= b) },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => Math.trunc(a / b), '%': (a, b) => a % b },
];

import { absolutePath, type Command, complain, type Process } from '../shell/process.ts';

/** `test` and `[` */
export const testCommands: Readonly<Record<string, Command>> = {
  test: (args, process) => decide('test', args, process),
  '[': (args, process) => (args.at(-1) === ']' ? decide('[', args.slice(0, -1), process) : complain(process, '[: missing ]', 2)),
};

class TestError extends Error {
  override readonly name = 'TestError';
}

async function decide(name: string, args: readonly string[], process: Process): Promise<number> {
  try {
    return either(args, process) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    return complain(process, `${name}: ${error.message}`, 2);
  }
}

function either(args: readonly string[], process: Process): boolean {
  if (args.length > 3) {
    for (const operator of ['-o', '-a']) {
      const at = args.indexOf(operator, 1);
      if (at < 0) continue;
      const [left, right] = [either(args.slice(0, at), process), either(args.slice(at + 1), process)];
      return operator === '-o' ? left || right : left && right;
    }
  }
  const [first = '', second = '', third = ''] = args;
  if (args.length === 0) return false;
  if (args.length === 1) return first !== '';
  if (first === '!' && !(args.length === 3 && isComparison(second))) return !either(args.slice(1), process);
  if (args.length === 2) return unary(first, second, process);
  if (args.length === 3) return binary(first, second, third);
  throw new TestError('too many arguments');
}

function unary(operator: string, operand: string, { files, account, directory }: Process): boolean {
  const path = absolutePath(operand, directory);
  const kind = files.is(path);
  switch (operator) {
    case '-n':
      return operand !== '';
    case '-z':
      return operand === '';
    case '-e':
    case '-r':
      return kind !== null;
    case '-f':
      return kind === 'file';
    case '-d':
      return kind === 'directory';
    case '-s':
      return kind !== null && files.size(path) > 0;
    case '-x':
      return kind === 'directory' || (kind === 'file' && (files.mode(path) & 0o111) !== 0);
    case '-w':
      return kind !== null && (account.uid === 0 || path.startsWith(account.home) || path.startsWith('/tmp'));
    case '-L':
    case '-h':
    case '-S':
    case '-p':
    case '-t':
      return false;
    default:
      throw new TestError(`${operator}: unknown operator`);
  }
}

const numeric: Readonly<Partial<Record<string, (left: number, right: number) => boolean>>> = {
  '-eq': (left, right) => left === right,
  '-ne': (left, right) => left !== right,
  '-lt': (left, right) => left < right,
  '-le': (left, right) => left <= right,
  '-gt': (left, right) => left > right,
  '-ge': (left, right) => left >= right,
};

function isComparison(operator: string): boolean {
  return operator in numeric || ['=', '==', '!='].includes(operator);
}

function binary(left: string, operator: string, right: string): boolean {
  if (operator === '=' || operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  const compare = numeric[operator];
  if (compare === undefined) throw new TestError(`${operator}: unknown operator`);
  const numbers = [left, right].map((text) => {
    if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new TestError(`Illegal number: ${text}`);
    return Number(text);
  });
  return compare(numbers[0] ?? 0, numbers[1] ?? 0);
}

import { parse } from 'shell-quote';
import { LabError } from '../../core/errors.ts';
import { findProgram } from '../../platform/find-program.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The editor's words: $VISUAL, $EDITOR, else vi or nano where they are found. Throws a LabError (prerequisite) that says what is wrong. */
export function editorWords(environment: Environment): readonly [file: string, ...args: string[]] {
  for (const name of ['VISUAL', 'EDITOR'] as const) {
    const text = environment[name]?.trim() ?? '';
    if (text === '') continue;
    const [file, ...args] = wordsOf(name, text, environment);
    if (file !== undefined) return [file, ...args];
  }
  for (const file of ['vi', 'nano']) if (findProgram(file, environment) !== null) return [file];
  throw new LabError({ kind: 'prerequisite', summary: 'no editor is named, and neither vi nor nano is here', hint: 'export EDITOR=...   names one' });
}

function wordsOf(name: string, text: string, environment: Environment): readonly string[] {
  return parse(text, environment).map((part) => {
    if (typeof part === 'string') return part;
    if ('op' in part && part.op === 'glob') return part.pattern;
    throw new LabError({ kind: 'prerequisite', summary: `$${name} is one program with its arguments, not a line for a shell: ${text}`, hint: `export ${name}=vi` });
  });
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScript } from '../../../src/rehearsal/guests/shell/parse.ts';
import { ShellSyntaxError } from '../../../src/rehearsal/guests/shell/script.ts';
import { asRoot, restartScript, rotateScript } from '../../../src/ssh/rotate-script.ts';

const words = ['a', 'if', 'then', 'fi', 'for', 'in', 'do', 'done', 'case', 'esac', '{', '}', '(', ')', ';', ';;', '&&', '||', '|', '&', '!', '\n', ' ', '$(', '$((', '))', '`', '"', "'", '\\', '${x', ':-', '<<E', 'E', '>', '2>&1', '#', '*', 'x=', 'f()'];

describe('the parser of the guests\' shell', () => {
  it('comes to an end with whatever it is given: a script, or a syntax error', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 25 }), (parts) => {
        try {
          parseScript(parts.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(ShellSyntaxError);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('tells a script that is not whole yet from one that never will be', () => {
    const incomplete = (text: string) => {
      try {
        parseScript(text);
        return 'whole';
      } catch (error) {
        return error instanceof ShellSyntaxError && error.incomplete ? 'incomplete' : 'wrong';
      }
    };
    for (const text of ['if true; then', 'f() {', 'echo "a', "echo 'a", 'a &&', 'a |', 'cat <<E\nx\n', 'case x in', 'echo $(a', 'echo $((1 +', 'while a; do b', '( a']) {
      expect([text, incomplete(text)]).toEqual([text, 'incomplete']);
    }
    for (const text of ['done', 'fi', 'a ;; b', ') a', '; a', 'if a; done', 'echo ${}']) expect([text, incomplete(text)]).toEqual([text, 'wrong']);
    for (const text of ['', '\n', '# x', 'a; b;', rotateScript, restartScript, asRoot]) expect(incomplete(text)).toBe('whole');
    const lines = rotateScript.split('\n');
    for (let n = 3; n < lines.length - 3; n += 1) expect(incomplete(lines.slice(0, n).join('\n'))).toBe('incomplete');
  });
});

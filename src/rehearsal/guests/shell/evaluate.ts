import { callSimple } from './call.ts';
import { BreakLoop } from './control.ts';
import { expandPattern, expandText, expandWords } from './expand.ts';
import { patternOf } from './pattern.ts';
import { Pipe } from './pipe.ts';
import { redirected, RedirectError, type Streams } from './redirects.ts';
import type { Node, Redirect, Script } from './script.ts';
import type { RunningShell } from './running-shell.ts';

type NodeOf<Kind extends Node['kind']> = Extract<Node, { kind: Kind }>;

/** Runs one part of a script and resolves to its exit code. */
export async function evaluate(node: Node, shell: RunningShell, checked: boolean): Promise<number> {
  switch (node.kind) {
    case 'simple':
      return withRedirects(node.redirects, shell, (streams) => callSimple(node, shell, streams));
    case 'pipe':
      return pipe(node.parts, shell);
    case 'not':
      return (await shell.node(node.node, true)) === 0 ? 1 : 0;
    case 'and':
    case 'or': {
      const left = await shell.node(node.left, true);
      return (left === 0) === (node.kind === 'and') ? shell.node(node.right, checked) : left;
    }
    case 'background': {
      const inner = shell.subshell({});
      void inner.toTheEnd(() => inner.node(node.node, true)).catch(() => undefined);
      return 0;
    }
    case 'if': {
      for (const { condition, body } of node.branches) {
        if ((await shell.list(condition, true)) === 0) return shell.list(body, checked);
      }
      return node.otherwise === null ? 0 : shell.list(node.otherwise, checked);
    }
    case 'for':
      return eachWord(node, shell, checked);
    case 'while':
      return repeat(node, shell, checked);
    case 'case':
      return choose(node, shell, checked);
    case 'group':
      return shell.list(node.body, checked);
    case 'subshell': {
      const inner = shell.subshell({});
      return inner.toTheEnd(() => inner.list(node.body, checked));
    }
    case 'function':
      shell.state.functions.set(node.name, node.body);
      return 0;
    case 'redirected':
      return withRedirects(node.redirects, shell, (streams) => shell.with(streams, () => shell.node(node.node, checked)));
  }
}

async function eachWord({ name, words, body }: NodeOf<'for'>, shell: RunningShell, checked: boolean): Promise<number> {
  let code = 0;
  for (const word of words === null ? shell.parameters : await expandWords(words, shell)) {
    shell.set(name, word);
    const turn = await oneTurn(body, shell, checked);
    ({ code } = turn);
    if (turn.over) break;
  }
  return code;
}

async function repeat({ condition, until, body }: NodeOf<'while'>, shell: RunningShell, checked: boolean): Promise<number> {
  let code = 0;
  while (((await shell.list(condition, true)) === 0) !== until) {
    const turn = await oneTurn(body, shell, checked);
    ({ code } = turn);
    if (turn.over) break;
  }
  return code;
}

async function oneTurn(body: Script, shell: RunningShell, checked: boolean): Promise<{ readonly code: number; readonly over: boolean }> {
  try {
    return { code: await shell.list(body, checked), over: false };
  } catch (error) {
    if (!(error instanceof BreakLoop)) throw error;
    if (error.loops > 1) throw new BreakLoop(error.loops - 1, error.again);
    return { code: 0, over: !error.again };
  }
}

async function choose({ word, arms }: NodeOf<'case'>, shell: RunningShell, checked: boolean): Promise<number> {
  const text = await expandText(word, shell);
  for (const { patterns, body } of arms) {
    for (const pattern of patterns) {
      if (patternOf(await expandPattern(pattern, shell)).test(text)) return shell.list(body, checked);
    }
  }
  return 0;
}

async function pipe(parts: readonly Node[], shell: RunningShell): Promise<number> {
  const pipes = parts.slice(1).map(() => new Pipe());
  const codes = parts.map(async (part, index) => {
    const [from, to] = [pipes[index - 1], pipes[index]];
    const inner = shell.subshell({ ...(from === undefined ? {} : { stdin: from }), ...(to === undefined ? {} : { stdout: to }) });
    try {
      return await inner.toTheEnd(() => inner.node(part, true));
    } finally {
      from?.break();
      to?.end();
    }
  });
  return (await Promise.all(codes)).at(-1) ?? 0;
}

async function withRedirects(redirects: readonly Redirect[], shell: RunningShell, work: (streams: Streams) => Promise<number>): Promise<number> {
  try {
    return await work(await redirected(redirects, shell.process, shell));
  } catch (error) {
    if (!(error instanceof RedirectError)) throw error;
    await shell.process.stderr.write(`${shell.name}: ${error.message}\n`);
    return 1;
  }
}

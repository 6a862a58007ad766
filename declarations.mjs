// Writes the declarations of what `import ... from 'labtui'` gives: of library.ts and the files whose types it names, each from its own text alone
// (their exports say their types), so that no other file, and nothing of a dependency, can get in.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

const source = 'src';
const options = { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, strict: true, isolatedDeclarations: true, stripInternal: true, allowImportingTsExtensions: true, verbatimModuleSyntax: true };

/** Writes the declarations of this file and all that they name into a folder; throws where a type is not written down, or is a dependency's. */
export function writeDeclarations(entry, folder) {
  const files = [entry];
  for (const file of files) {
    const text = declarationsOf(file);
    const written = join(folder, relative(source, file).replace(/\.ts$/, '.d.ts'));
    mkdirSync(dirname(written), { recursive: true });
    writeFileSync(written, text.replaceAll(/(from |import\()(["'])(\.[^"']+)\.ts\2/g, '$1$2$3.js$2'));
    for (const [, target] of text.matchAll(/(?:from |import\()["']([^"']+)["']/g)) {
      if (target.startsWith('node:')) continue;
      if (!target.startsWith('.')) throw new Error(`${file}: the declarations name a type of ${target}`);
      const next = join(dirname(file), target);
      if (!files.includes(next)) files.push(next);
    }
  }
  return files;
}

function declarationsOf(file) {
  const { outputText, diagnostics } = ts.transpileDeclaration(readFileSync(file, 'utf8'), { fileName: file, compilerOptions: options, reportDiagnostics: true });
  const [problem] = diagnostics ?? [];
  if (problem !== undefined) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(problem.messageText, '\n')}`);
  return outputText;
}

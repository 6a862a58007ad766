// For a program of its own: NODE_OPTIONS=--import=<this, bundled>, with the directory and the log's file in the environment.
import { openSync, writeSync } from 'node:fs';
import { operationLine } from './operation.ts';
import { recordDisk } from './recorder.ts';

const { POWER_CUT_ROOT: root, POWER_CUT_LOG: log, POWER_CUT_LEFT_OUT: leftOut } = process.env;
if (root !== undefined && log !== undefined) {
  // What the program starts is not recorded: its numbers of files would be others.
  for (const name of ['NODE_OPTIONS', 'POWER_CUT_ROOT', 'POWER_CUT_LOG', 'POWER_CUT_LEFT_OUT']) Reflect.deleteProperty(process.env, name);
  // Opened, and its writer taken, before the functions are changed.
  const descriptor = openSync(log, 'a', 0o600);
  const write = writeSync;
  const outside = leftOut === undefined ? undefined : new RegExp(leftOut);
  recordDisk(root, (operation) => void write(descriptor, operationLine(operation)), (path) => outside?.test(path) === true);
}

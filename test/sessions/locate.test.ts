import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateSessionsDir } from '../../src/sessions/locate.ts';

let top: string;
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'labtui-locate-'));
  mkdirSync(join(top, 'with', 'sessions'), { recursive: true });
  mkdirSync(join(top, 'file'));
  writeFileSync(join(top, 'file', 'sessions'), '');
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

describe('the sessions directory', () => {
  const environment = { LABTUI_SESSIONS_DIR: '/from/environment', XDG_STATE_HOME: '/state', HOME: '/home/me' };
  it.each([
    ['the flag', { flag: '/from/flag', environment, cwd: 'with' }, '/from/flag'],
    ['the flag, from the working directory', { flag: '../mine', environment, cwd: 'with' }, '<top>/mine'],
    ['the environment', { flag: null, environment, cwd: 'with' }, '/from/environment'],
    ['the environment, not an empty value', { flag: '', environment: { ...environment, LABTUI_SESSIONS_DIR: '' }, cwd: 'with' }, '<top>/with/sessions'],
    ['./sessions where that is a folder', { flag: null, environment: { HOME: '/home/me' }, cwd: 'with' }, '<top>/with/sessions'],
    ['XDG_STATE_HOME where it is a file', { flag: null, environment: { XDG_STATE_HOME: '/state' }, cwd: 'file' }, '/state/labtui/sessions'],
    ["its default, also for a relative value, which XDG has ignored", { flag: null, environment: { XDG_STATE_HOME: 'state', HOME: '/home/me' }, cwd: '.' }, '/home/me/.local/state/labtui/sessions'],
    ['the state home that the caller knows', { flag: null, environment: { HOME: '/home/me' }, cwd: '.', stateHome: '/given' }, '/given/labtui/sessions'],
  ])('is %s', (_, input, expected) => {
    expect(locateSessionsDir({ ...input, cwd: join(top, input.cwd) })).toBe(expected.replace('<top>', top));
  });
});

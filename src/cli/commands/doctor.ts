import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Cloud } from '../../core/cloud.ts';
import { exitCodes, LabError } from '../../core/errors.ts';
import type { CliContext } from '../context.ts';
import type { Check } from '../doctor/check.ts';
import { openTerraform } from '../../library/ports.ts';
import { sessionsRoot } from '../../library/sessions.ts';
import { findProgram } from '../../platform/find-program.ts';

const leastFreeGb = 2;

/** `labtui doctor [--cloud C]`: what is missing for a lab, each with its fix; exit 4 when something needed is. */
export async function doctor(context: CliContext, cloudName: string): Promise<number> {
  const cloud = (await context.loadClouds()).of(cloudName);
  const [general, ofCloud] = await Promise.all([generalChecks(context), cloudChecks(context, cloud)]);
  const checks = [...general, ...ofCloud.map((check) => ({ ...check, cloud: cloud.id }))];
  const missing = checks.filter(({ ok, optional }) => !ok && !optional);
  if (context.settings.json) {
    context.out(`${JSON.stringify({ ok: missing.length === 0, checks }, null, 2)}\n`);
  } else {
    const { theme } = context;
    const width = Math.max(18, ...checks.map(({ name }) => name.length));
    for (const { name, ok, optional, found, fix } of checks) {
      const mark = ok ? theme.good(theme.glyphs.ready) : optional ? theme.warn(theme.glyphs.attention) : theme.bad(theme.glyphs.failed);
      context.out(`${mark} ${name.padEnd(width)} ${found}\n`);
      if (!ok && fix !== null) context.out(`${fix.split('\n').map((line) => `    ${line}`).join('\n')}\n`);
    }
  }
  return missing.length === 0 ? exitCodes.done : exitCodes.prerequisite;
}

function generalChecks(context: CliContext): Promise<readonly Check[]> {
  return Promise.all([node(), terraform(context), providerCache(context), openSsh(context), sessionsDirectory(context), disk(context)]);
}

function node(): Promise<Check> {
  // Older ones do not get this far: the launcher refuses them.
  return Promise.resolve({ name: 'node', ok: true, optional: false, found: process.versions.node, fix: null });
}

async function terraform(context: CliContext): Promise<Check> {
  return attempt('terraform', false, async () => {
    const { product, version, binary } = await openTerraform(context).version();
    return `${product} ${version} (${binary})`;
  });
}

async function providerCache(context: CliContext): Promise<Check> {
  return attempt('provider cache', true, async () => {
    const { pluginCache, cliConfig } = await openTerraform(context).setup();
    const config = cliConfig.file === null ? '' : `, configured by ${cliConfig.file}`;
    const missing = cliConfig.missing === null ? '' : ` (${cliConfig.missing} is named but missing)`;
    const where = pluginCache.setBy === 'labtui' ? pluginCache.directory : `set by your ${pluginCache.setBy === 'environment' ? 'TF_PLUGIN_CACHE_DIR' : 'CLI configuration'}`;
    return `${where}${config}${missing}`;
  });
}

function openSsh({ environment }: CliContext): Promise<Check> {
  const file = findProgram('ssh', environment);
  return Promise.resolve({
    name: 'ssh',
    ok: file !== null,
    optional: true,
    found: file ?? 'no OpenSSH client on PATH: labtui exec works, labtui ssh does not',
    fix: 'apt install openssh-client   or   dnf install openssh-clients   or   pacman -S openssh',
  });
}

async function sessionsDirectory(context: CliContext): Promise<Check> {
  const root = sessionsRoot(context);
  const ok = await isWritable(root);
  return {
    name: 'sessions',
    ok,
    optional: false,
    found: ok ? root : `${root} is not writable`,
    fix: 'another place: --sessions-dir DIR, or LABTUI_SESSIONS_DIR',
  };
}

/** Whether the directory, or the nearest of its parents that exists, can be written to. */
async function isWritable(directory: string): Promise<boolean> {
  try {
    await access(directory, constants.W_OK);
    return true;
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return absent && dirname(directory) !== directory && isWritable(dirname(directory));
  }
}

async function disk(context: CliContext): Promise<Check> {
  const stats = await statfs(context.cwd);
  const freeGb = (stats.bavail * stats.bsize) / 1e9;
  return {
    name: 'disk',
    ok: freeGb >= leastFreeGb,
    optional: true,
    found: `${freeGb.toFixed(1)} GB free`,
    fix: `a cloud's Terraform provider takes up to 0.8 GB; ${leastFreeGb} GB free are comfortable`,
  };
}

/** A machine on this computer has no account: it takes programs. */
async function cloudChecks(context: CliContext, cloud: Cloud): Promise<readonly Check[]> {
  return cloud.facts.capabilities.onThisComputer === true ? (await import('../doctor/local.ts')).localChecks(context) : account(cloud);
}

/** Credentials, and what else of the account a lab needs: the first problem only, since it stands before all others. */
async function account({ id, facts, loadApi }: Cloud): Promise<readonly Check[]> {
  const name = `${id} credentials`;
  if (loadApi === undefined) return [{ name, ok: true, optional: false, found: `not needed: labtui cannot create machines on ${facts.title} yet`, fix: null }];
  try {
    const api = await loadApi({ region: null, settings: {} });
    try {
      const identity = await api.whoAmI();
      const known: Check = { name, ok: true, optional: false, found: `${identity.principal} (account ${identity.account})`, fix: null };
      const looked = api.checkAccount?.();
      return looked === undefined ? [known] : [known, await attempt(`${id} account`, false, () => looked)];
    } finally {
      api.close();
    }
  } catch (error) {
    // Good credentials may stop at the account: no project, a subscription that is disabled.
    const failed = failedCheck(name, false, error);
    return [error instanceof LabError && error.problem.kind !== 'credentials' ? { ...failed, name: `${id} account` } : failed];
  }
}

async function attempt(name: string, optional: boolean, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, optional, found: await look(), fix: null };
  } catch (error) {
    return failedCheck(name, optional, error);
  }
}

function failedCheck(name: string, optional: boolean, error: unknown): Check {
  if (!(error instanceof LabError)) throw error;
  return { name, ok: false, optional, found: error.problem.summary, fix: error.problem.hint ?? null };
}

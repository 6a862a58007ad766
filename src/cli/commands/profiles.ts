import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { exitCodes, invalidInput, LabError, type Problem } from '../../core/errors.ts';
import { type ListedProfile, listProfiles as profilesAround } from '../../input/profile-list.ts';
import { readProfile } from '../../input/profile-file.ts';
import { resolveProfile } from '../../input/profile-layers.ts';
import { chosenParts, starterChoice, starterProfile } from '../../input/starter-profile.ts';
import type { CliContext } from '../context.ts';
import { labRequest, type LabOptions } from '../../library/lab-request.ts';
import { surroundingsOf } from '../../library/surroundings.ts';
import { renderProblem } from '../text/problem.ts';
import { renderTable } from '../text/table.ts';

/** `labtui profiles list`. */
export async function listProfiles(context: CliContext): Promise<number> {
  const profiles = await profilesAround(await surroundingsOf(context));
  if (context.settings.json) {
    context.out(`${JSON.stringify(profiles, null, 2)}\n`);
    return exitCodes.done;
  }
  if (profiles.length === 0) {
    context.err('no profiles here\n  try:   labtui profiles init lab.yaml --distro debian --cloud aws\n');
    return exitCodes.done;
  }
  const { dash } = context.theme.glyphs;
  context.out(
    `${renderTable<ListedProfile>(
      profiles,
      [
        { title: 'PROFILE', value: ({ name, shadowed }) => (shadowed ? `${name} (hidden by the one above)` : name) },
        { title: 'DISTRO', value: ({ distro }) => distro.join(' ') || dash },
        { title: 'CLOUD', value: ({ cloud }) => cloud.join(' ') || dash },
        { title: 'FILE', value: ({ label }) => label },
        { title: '', value: ({ problem }) => problem ?? '' },
      ],
      context.columns,
    )}\n`,
  );
  return exitCodes.done;
}

/** `labtui profiles show [P]`: the resolved profile, and where every value came from; without one, what holds for any lab here. */
export async function showProfile(context: CliContext, reference: string | undefined, options: LabOptions): Promise<number> {
  const { profile, sources, file } = await resolveProfile(await surroundingsOf(context), {
    profile: reference ?? null,
    overrides: options,
    configFile: context.settings.config,
    ...(reference === undefined ? { otherwise: starterChoice } : {}),
  });
  if (context.settings.json) {
    context.out(`${JSON.stringify({ file: file?.file ?? null, profile, sources }, null, 2)}\n`);
    return exitCodes.done;
  }
  context.out(stringify(profile, { lineWidth: 0 }));
  const given = Object.entries(sources).filter(([, { from }]) => from !== 'default');
  context.err(`\nnot by default:\n`);
  for (const [path, { from, name, file: origin, line }] of given) {
    const where = name ?? (origin === undefined ? from : `${origin}${line === undefined ? '' : `:${line}`}`);
    context.err(`  ${path.padEnd(24)} ${where}\n`);
  }
  return exitCodes.done;
}

/** `labtui profiles validate [P...]`: each by itself and as a lab, without asking any cloud; exit 3 when one is wrong. */
export async function validateProfiles(context: CliContext, references: readonly string[]): Promise<number> {
  const names = references.length > 0 ? references : (await profilesAround(await surroundingsOf(context))).map(({ file }) => file);
  if (names.length === 0) throw invalidInput('no profiles here to check', 'labtui profiles validate FILE');
  const outcomes: { readonly profile: string; readonly problem: Problem | null }[] = [];
  for (const name of names) outcomes.push({ profile: name, problem: await problemOf(context, name) });
  if (context.settings.json) {
    context.out(`${JSON.stringify(outcomes.map(({ profile, problem }) => ({ profile, ok: problem === null, problem })), null, 2)}\n`);
  } else {
    for (const { profile, problem } of outcomes) {
      if (problem === null) context.out(`ok     ${profile}\n`);
      else context.err(renderProblem(problem, context.theme));
    }
  }
  return outcomes.some(({ problem }) => problem !== null) ? exitCodes.invalidInput : exitCodes.done;
}

async function problemOf(context: CliContext, reference: string): Promise<Problem | null> {
  try {
    await readProfile(reference, await surroundingsOf(context));
    const request = await labRequest(context, { profile: reference });
    const { dryPlan } = await import('../dry-plan.ts');
    await dryPlan(context, request);
    return null;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return error.problem;
  }
}

/** `labtui profiles init [FILE]`: writes a commented profile, with what flags and another profile say; never over another. */
export async function initProfile(context: CliContext, file: string | undefined, options: LabOptions): Promise<number> {
  const { profile, sources } = await resolveProfile(await surroundingsOf(context), {
    profile: options.profile ?? null,
    overrides: options,
    configFile: context.settings.config,
    otherwise: starterChoice,
  });
  // What configuration says holds for the new profile as for any other, unless it is among the fields that a starter always has.
  const { distro, cloud, size, ttl } = profile;
  const text = starterProfile({ distro, cloud, size, ttl, ...chosenParts(profile, sources, ['flag', 'profile']) });
  if (file === undefined) {
    context.out(text);
    return exitCodes.done;
  }
  const path = resolve(context.cwd, /\.ya?ml$/.test(file) ? file : `${file}.yaml`);
  if (existsSync(path)) throw invalidInput(`${path} exists already`, 'another name, or edit it');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { flag: 'wx' });
  context.err(`wrote ${path}\n  next:  labtui plan --profile ${path}\n`);
  return exitCodes.done;
}

import * as z from 'zod';
import { arches } from '../core/clouds.ts';
import { deadlineKinds } from '../core/deadline.ts';
import { initKinds } from '../core/distro.ts';
import { instanceStates, phases, readinessStages } from '../core/events.ts';
import { costParts } from '../core/prices.ts';
import { recordedProfileSchema } from '../core/profile.ts';
import type { SessionRecord } from '../core/session.ts';
import { isStackId } from './place.ts';

// Loose: what a later labtui adds without a new version stays in the file when this one saves it.
const object = z.looseObject;
const text = z.string();
const textOrNull = text.nullable();
const number = z.number();
const numberOrNull = number.nullable();
const port = number.int().min(1).max(65_535);
const phase = z.enum(phases);
const time = text.refine((value) => !Number.isNaN(Date.parse(value)), { error: 'expected a time such as 2026-01-31T12:00:00.000Z' });

const host = object({
  name: text,
  instanceId: textOrNull,
  state: z.enum(instanceStates),
  region: text,
  zone: textOrNull,
  publicIp: textOrNull,
  publicDns: textOrNull,
  privateIp: textOrNull,
  launchedAt: textOrNull,
  user: text,
  port,
  hostKeyFingerprint: textOrNull,
  hostKeyTrust: z.enum(['injected', 'guest-attributes', 'console', 'first-use']).nullable(),
  stage: z.enum(readinessStages).nullable(),
  reason: textOrNull,
});

const cost = object({
  machines: numberOrNull,
  disks: numberOrNull,
  addresses: numberOrNull,
  currency: textOrNull,
  priceDate: textOrNull,
  priceRegions: z.array(text),
  unknown: z.array(z.enum(costParts)),
  isUpperBound: z.boolean(),
});

const machineChoice = {
  distro: object({
    name: text,
    version: text,
    title: text,
    init: z.enum(initKinds),
    serviceManager: z.enum(['systemd', 'openrc', 'rc']),
    codename: textOrNull.optional(),
    endOfLife: textOrNull,
  }),
  arch: z.enum(arches),
  image: object({
    id: text,
    name: textOrNull,
    owner: textOrNull,
    minDiskGb: numberOrNull,
    createdAt: textOrNull,
    features: z.array(text).optional(),
    purchasePlan: object({ name: text, product: text, publisher: text }).optional(),
    notes: text.optional(),
  }),
  imageUser: textOrNull,
  user: text,
  instanceType: text,
  vcpu: numberOrNull,
  memoryGb: numberOrNull,
  hourlyPrice: numberOrNull,
  currency: textOrNull,
  priceRegion: textOrNull,
  priceDate: textOrNull,
  disk: object({
    sizeGb: number,
    type: z.enum(['ssd', 'standard', 'provisioned-iops']),
    iops: numberOrNull,
    throughput: numberOrNull,
    encrypted: z.boolean(),
  }),
};

const pinnedStack = object({
  ...machineChoice,
  id: text.refine(isStackId, { error: "expected a stack's name" }),
  cloud: text.regex(/^[a-z][a-z0-9-]*$/, { error: "expected a cloud's id" }),
  account: textOrNull,
  region: text,
  zone: text,
  cost: cost.optional(),
  machines: z.array(object({ name: text, index: number.int(), own: object(machineChoice).optional() })),
  spot: object({
    enabled: z.boolean(),
    maxPrice: numberOrNull,
    fallback: z.enum(['on-demand', 'fail']),
    timeoutMs: number,
  }),
  network: z.enum(['isolated', 'default']),
  networkIds: object({ vpcId: text, subnetId: text }).nullish(),
  cloudKeyText: text.nullish(),
  allowFrom: z.array(text),
  sshPort: port,
  // Each cloud reads its own.
  settings: z.record(text, z.unknown()),
  cloudDeadline: z
    .discriminatedUnion('state', [
      object({ state: z.literal('planned'), kind: z.enum(deadlineKinds) }),
      object({ state: z.literal('armed'), kind: z.enum(deadlineKinds), at: time }),
      object({ state: z.literal('missing'), kind: z.enum(deadlineKinds).nullable(), reason: text }),
    ])
    .optional(),
});

const stack = object({
  plan: pinnedStack,
  phase,
  applyStartedAt: time.nullable(),
  goneAt: time.nullable(),
  hosts: z.array(host),
  guestDeadline: object({ at: textOrNull, reason: textOrNull }).optional(),
  replacement: object({
    startedAt: time,
    from: pinnedStack,
    machines: z.array(object({ name: text, hostKey: textOrNull })),
    isMade: z.literal(true).optional(),
  }).optional(),
  rewriting: z.literal(true).optional(),
  presentHourlyCost: numberOrNull.optional(),
});

const key = z.discriminatedUnion('kind', [
  object({ kind: z.literal('generated'), publicKey: text }),
  object({ kind: z.literal('existing'), publicKey: text, privateKeyFile: textOrNull }),
  object({ kind: z.literal('cloud'), cloudKeyName: text, privateKeyFile: textOrNull }),
]);

/**
 * session.json, version 1. It also reads what older releases wrote under this version: a field that is added later,
 * here or in the profile, needs a default.
 */
export const recordSchema: z.ZodType<SessionRecord> = object({
  v: z.literal(1),
  id: text,
  name: text,
  createdAt: time,
  expiresAt: time.nullable(),
  owner: text,
  tags: z.record(text, text),
  phase,
  phaseTimes: z.partialRecord(phase, time),
  versions: z.record(text, text),
  rehearsed: z.boolean(),
  profile: recordedProfileSchema,
  ssh: object({
    key: text,
    keyType: z.enum(['ed25519', 'rsa']),
    allowFrom: z.union([z.literal('auto'), z.array(text)]),
    port,
    proxyCommand: textOrNull,
    timeoutMs: number,
  }),
  key,
  userData: textOrNull,
  onReady: textOrNull,
  onFailure: z.enum(['destroy', 'keep']),
  protection: object({
    by: z.array(z.enum(['guest', 'cloud', 'sweeper'])),
    until: textOrNull,
    missing: z.array(object({ layer: z.enum(['guest', 'cloud', 'sweeper']), reason: text })),
  }),
  stacks: z.record(text, stack),
}).refine(({ stacks }) => Object.entries(stacks).every(([id, { plan }]) => plan.id === id), {
  error: 'a stack stands under another name than its own',
  path: ['stacks'],
});

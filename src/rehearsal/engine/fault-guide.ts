import type { ErrorKind } from '../../core/errors.ts';
import { type FaultKind, faultKinds } from './fault.ts';

/** What people should know of a kind of fault. */
export interface FaultGuide {
  /** What happens, one line. */
  readonly what: string;
  /** Which call it meets where the spec does not say, one line. */
  readonly where: string;
  /** How many calls it meets where the spec does not say; null: all from then on. */
  readonly times: number | null;
  /** Kind of the diagnostic that a user sees; null: none, the run goes well. */
  readonly kind: ErrorKind | null;
  /**
   * Exit code of an `apply` that meets it in its default place (contract §3); 7 where its own cleanup must meet it too.
   */
  readonly exitCode: number;
  readonly example: string;
}

export interface FaultExplanation extends FaultGuide {
  readonly fault: FaultKind;
}

const launch = 'when a machine is created';

export const faultGuide: Readonly<Record<FaultKind, FaultGuide>> = {
  credentials: {
    what: 'the cloud does not know the credentials',
    where: 'on the first question to the cloud: who am I',
    times: null,
    kind: 'credentials',
    exitCode: 4,
    example: 'credentials,cloud=aws',
  },
  expired: {
    what: 'the credentials expire in the middle of an apply; what was created until then stays until they are renewed',
    where: 'when a machine is created, and on every call after that',
    times: null,
    kind: 'credentials',
    exitCode: 7,
    example: 'expired,cloud=aws',
  },
  permission: {
    what: 'the credentials are good, but may not do this',
    where: launch,
    times: null,
    kind: 'permission',
    exitCode: 5,
    example: 'permission,operation=CreateVpc',
  },
  quota: {
    what: "an account's limit is reached",
    where: launch,
    times: null,
    kind: 'quota',
    exitCode: 5,
    example: 'quota,cloud=gcp,call=2',
  },
  capacity: {
    what: 'a zone has no machines left: the lab goes to another zone, unless its zone was named',
    where: launch,
    times: null,
    kind: null,
    exitCode: 0,
    example: 'capacity,cloud=aws,zone=eu-north-1a',
  },
  'capacity-region': {
    what: 'a whole region has no machines left: nothing that labtui tries in its place helps',
    where: launch,
    times: null,
    kind: 'capacity',
    exitCode: 5,
    example: 'capacity-region,cloud=azure,region=swedencentral',
  },
  image: {
    what: 'the image does not exist there',
    where: 'when the image is looked up',
    times: null,
    kind: 'image',
    exitCode: 3,
    example: 'image,cloud=gcp',
  },
  terms: {
    what: "the image's terms were never accepted for the account",
    where: launch,
    times: null,
    kind: 'terms',
    exitCode: 5,
    example: 'terms,cloud=azure',
  },
  throttled: {
    what: 'the cloud asks for fewer calls a second',
    where: launch,
    times: null,
    kind: 'throttled',
    exitCode: 5,
    example: 'throttled,cloud=aws,times=2',
  },
  conflict: {
    what: 'something of that name exists already, or is still in use',
    where: launch,
    times: null,
    kind: 'conflict',
    exitCode: 5,
    example: 'conflict,cloud=azure',
  },
  'invalid-input': {
    what: 'the cloud refuses the combination',
    where: launch,
    times: null,
    kind: 'invalid-input',
    exitCode: 3,
    example: 'invalid-input,cloud=gcp',
  },
  'ttl-layer-denied': {
    what: "the credentials may not make what the cloud's own deadline is made of, though it seemed so: the lab goes on without",
    where: "when a part of it is created: AWS's role and schedule, Azure's self-destruct and its role assignment",
    times: null,
    kind: null,
    exitCode: 0,
    example: 'ttl-layer-denied,cloud=aws',
  },
  'address-late': {
    what: 'the public address comes late',
    where: launch,
    times: null,
    kind: null,
    exitCode: 0,
    example: 'address-late,for=90s',
  },
  'address-never': {
    what: 'the machine runs, but never gets its public address',
    where: launch,
    times: null,
    kind: 'not-ready',
    exitCode: 6,
    example: 'address-never,cloud=aws,times=1',
  },
  'never-ready': {
    what: 'the machine runs, but SSH never answers',
    where: launch,
    times: null,
    kind: 'not-ready',
    exitCode: 6,
    example: 'never-ready,cloud=gcp',
  },
  preemption: {
    what: 'the cloud takes a spot machine back: as soon as it has booted, or with for=5m after that time and its usual notice',
    where: 'when a spot machine is created',
    times: 1,
    kind: 'preempted',
    exitCode: 5,
    example: 'preemption,cloud=aws',
  },
  stuck: {
    what: 'the machine never leaves pending',
    where: launch,
    times: 1,
    kind: 'conflict',
    exitCode: 5,
    example: 'stuck,cloud=aws',
  },
  network: {
    what: 'the connection breaks before the cloud has the call',
    where: launch,
    times: null,
    kind: 'network',
    exitCode: 5,
    example: 'network,cloud=aws,call=2,times=3',
  },
  'answer-lost': {
    what: 'the cloud does as it is told, but its answer is lost: something exists that the state does not know',
    where: launch,
    times: 1,
    kind: 'network',
    exitCode: 5,
    example: 'answer-lost,cloud=aws',
  },
  slow: {
    what: 'the cloud takes its time to answer',
    where: launch,
    times: null,
    kind: null,
    exitCode: 0,
    example: 'slow,cloud=azure,for=20s',
  },
  'provider-crash': {
    what: "Terraform's provider dies in mid-call",
    where: launch,
    times: 1,
    kind: 'state',
    exitCode: 5,
    example: 'provider-crash,cloud=gcp',
  },
  'half-written-state': {
    what: 'everything stops while the state is being written: the file is cut short',
    where: launch,
    times: 1,
    kind: 'state',
    exitCode: 5,
    example: 'half-written-state,cloud=aws',
  },
};

/** Every kind of fault, in the order of `faultKinds`: for `labtui demo --list-faults`. */
export function explainFaults(): readonly FaultExplanation[] {
  return faultKinds.map((fault) => ({ fault, ...faultGuide[fault] }));
}

import { readFileSync } from 'node:fs';
import { awsCloud } from '../../src/clouds/aws/cloud.ts';
import type { StackInput } from '../../src/core/cloud.ts';

// A synth and nothing else: a stack's pinned input as JSON in the file named, its cdk.tf.json on standard output.

type Written = Omit<StackInput, 'userData'> & { readonly userData: Readonly<Record<string, string>> };

const { userData, ...input } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Written;
const stack = await awsCloud.loadStack?.();
process.stdout.write(stack?.synthesize({ ...input, userData: new Map(Object.entries(userData)) }) ?? '');

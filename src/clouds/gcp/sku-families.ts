import type { InstanceType } from '../../core/clouds.ts';

/** What the cores and memory of a machine series are called in the catalogue, before `Core` and `Ram`. */
const families: Readonly<Record<string, string>> = {
  e2: 'E2 Instance',
  n1: 'N1 Predefined Instance',
  n2: 'N2 Instance',
  n2d: 'N2D AMD Instance',
  n4: 'N4 Instance',
  n4a: 'N4A Instance',
  n4d: 'N4D Instance',
  c2d: 'C2D AMD Instance',
  c3: 'C3 Instance',
  c3d: 'C3D Instance',
  c4: 'C4 Instance',
  c4a: 'C4A Arm Instance',
  c4d: 'C4D Instance',
  t2a: 'T2A Arm Instance',
  t2d: 'T2D AMD Instance',
};

/** Cores that a machine with shared ones is billed for (Google's price list of E2). */
const sharedCores: Readonly<Record<string, number>> = { 'e2-micro': 0.25, 'e2-small': 0.5, 'e2-medium': 1 };

/** The name of a type's series in the catalogue; null where it is billed in another way: custom types, local SSDs, GPUs. */
export function skuFamily(type: string): string | null {
  const series = /^([a-z]+\d+[a-z]*)-(?:micro|small|medium|(?:standard|highcpu|highmem)-\d+)$/.exec(type)?.[1] ?? '';
  return families[series] ?? null;
}

/** What a type is billed for; null where its size is not known. */
export function skuShape({ type, vcpu, memoryGb }: InstanceType): { readonly vcpu: number; readonly memoryGb: number } | null {
  if (vcpu === null || memoryGb === null) return null;
  return { vcpu: sharedCores[type] ?? vcpu, memoryGb };
}

/** Something in labtui's cache that can be had again. */
export interface CachedItem {
  readonly kind: 'image' | 'provider' | 'terraform';
  /** `debian@12 (built)`, the image's file name, `hashicorp/aws 5.100.0`. */
  readonly name: string;
  /** `amd64`, `linux_amd64`; null: it is for any. */
  readonly platform: string | null;
  readonly bytes: number;
  readonly usedAt: Date;
  /** What would miss it: paths, or the reason why it stays. */
  readonly usedBy: readonly string[];
  readonly path: string;
  /** Removes it, unless it has come into use meanwhile. Resolves with whether it is gone. */
  readonly remove: () => Promise<boolean>;
}

/** What an install is at. `downloading` comes with every piece that arrives. */
export type InstallProgress =
  | { readonly step: 'asking'; readonly url: string }
  | { readonly step: 'signature'; readonly fingerprint: string; readonly signedAt: Date }
  | { readonly step: 'downloading'; readonly url: string; readonly receivedBytes: number; readonly totalBytes: number | null }
  | { readonly step: 'unpacking' }
  | { readonly step: 'checking' };

/** Versions of Azure's APIs that labtui calls; answers change with them, so they stay until somebody looks. */
export const apiVersion = {
  subscriptions: '2022-12-01',
  resources: '2021-04-01',
  skus: '2021-07-01',
  compute: '2024-03-01',
  disks: '2023-04-02',
  galleries: '2023-07-03',
  network: '2023-11-01',
  marketplace: '2021-01-01',
  logic: '2019-05-01',
  authorization: '2022-04-01',
} as const;

/** Of the resources: table, json, csv, ids. Of the machines: hosts (JSON), ansible, env. */
export const inventoryFormats = ['table', 'json', 'csv', 'ids', 'hosts', 'ansible', 'env'] as const;

export type InventoryFormat = (typeof inventoryFormats)[number];

import type { JsonObject } from '../../engine/json.ts';
import type { Transaction } from '../../engine/world.ts';
import type { Pending } from '../model/pending.ts';

type Change = (tx: Transaction, id: string, body: JsonObject) => Pending;
type Action = (tx: Transaction, id: string, body: JsonObject, query: URLSearchParams) => Pending;

/** How a whole resource is changed, by method. */
export type Changes = Readonly<Partial<Record<'PATCH' | 'PUT', Change>>>;

/** Calls on one resource, by method and name: `POST .../{name}/setLabels`. */
export type Actions = Readonly<Partial<Record<'POST' | 'PATCH', Readonly<Record<string, Action>>>>>;

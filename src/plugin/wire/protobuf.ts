// Protocol buffers, as much of them as Terraform's plugin protocol uses: proto3 with scalars, messages, lists and maps. A
// library for it costs more of a provider's start than the provider itself; the tests hold this against one.

const varintType = 0;
const bytesType = 2;

/** How one field of a message is written and read. */
export interface Field<T> {
  readonly number: number;
  /** What it is where the message does not have it. */
  readonly empty: T;
  write(out: Uint8Array[], value: T): unknown;
  /** One more occurrence of the field on the wire. */
  read(before: T, input: Reader): T;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type Content<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** How messages of one kind are written and read. What is left out of one is empty. */
export interface Codec<T> {
  encode(content: Partial<T>): Buffer;
  /** Unknown fields are skipped. Throws a RangeError where the bytes are no message. */
  decode(bytes: Uint8Array): T;
}

export function message<F extends Fields>(fields: F): Codec<Content<F>> {
  const byNumber = new Map(Object.entries(fields).map(([name, field]) => [field.number, { name, field }]));
  return {
    encode(content) {
      const out: Uint8Array[] = [];
      for (const [name, field] of Object.entries(fields)) {
        const value: unknown = content[name];
        if (value !== undefined) field.write(out, value);
      }
      return Buffer.concat(out);
    },
    decode(bytes) {
      const input = new Reader(bytes);
      const content: Record<string, unknown> = Object.fromEntries(Object.entries(fields).map(([name, { empty }]) => [name, empty]));
      while (!input.atEnd) {
        const key = input.varint();
        const entry = byNumber.get(Math.floor(key / 8));
        if (entry === undefined) input.skip(key % 8);
        else content[entry.name] = entry.field.read(content[entry.name], input);
      }
      // Every field of F is in it: TypeScript cannot follow the loop.
      return content as Content<F>;
    },
  };
}

export const text = (number: number): Field<string> => ({
  number,
  empty: '',
  write: (out, value) => value !== '' && writeBytes(out, number, Buffer.from(value, 'utf8')),
  read: (_, input) => Buffer.from(input.bytes()).toString('utf8'),
});

export const bytes = (number: number): Field<Uint8Array> => ({
  number,
  empty: new Uint8Array(),
  write: (out, value) => value.length > 0 && writeBytes(out, number, value),
  read: (_, input) => input.bytes(),
});

export const flag = (number: number): Field<boolean> => ({
  number,
  empty: false,
  write: (out, value) => value && writeVarint(out, number, 1),
  read: (_, input) => input.varint() !== 0,
});

/** int64 and enums. Negative numbers and those that a double cannot hold do not occur. */
export const integer = (number: number): Field<number> => ({
  number,
  empty: 0,
  write: (out, value) => value !== 0 && writeVarint(out, number, value),
  read: (_, input) => input.varint(),
});

/** A member of a oneof: written also where it is 0 or empty. */
export const chosenInteger = (number: number): Field<number | null> => ({
  number,
  empty: null,
  write: (out, value) => value !== null && writeVarint(out, number, value),
  read: (_, input) => input.varint(),
});
export const chosenText = (number: number): Field<string | null> => ({
  number,
  empty: null,
  write: (out, value) => value !== null && writeBytes(out, number, Buffer.from(value, 'utf8')),
  read: (_, input) => Buffer.from(input.bytes()).toString('utf8'),
});

// Messages inside of messages are named by a function: some of them hold others of their own kind.

export const one = <T>(number: number, inner: () => Codec<T>): Field<Partial<T> | null> => ({
  number,
  empty: null,
  write: (out, value) => value !== null && writeBytes(out, number, inner().encode(value)),
  read: (_, input) => inner().decode(input.bytes()),
});

export const many = <T>(number: number, inner: () => Codec<T>): Field<readonly Partial<T>[]> => ({
  number,
  empty: [],
  write: (out, values) => values.forEach((value) => writeBytes(out, number, inner().encode(value))),
  read: (before, input) => [...before, inner().decode(input.bytes())],
});

/** A map from names to messages. */
export const byName = <T>(number: number, inner: () => Codec<T>): Field<Readonly<Record<string, Partial<T>>>> => {
  const entry = message({ key: text(1), value: one(2, inner) });
  return {
    number,
    empty: {},
    write: (out, values) => Object.entries(values).forEach(([key, value]) => writeBytes(out, number, entry.encode({ key, value }))),
    read(before, input) {
      const { key, value } = entry.decode(input.bytes());
      return { ...before, [key]: value ?? {} };
    },
  };
};

function writeVarint(out: Uint8Array[], number: number, value: number): void {
  out.push(varint(number * 8 + varintType), varint(value));
}

function writeBytes(out: Uint8Array[], number: number, value: Uint8Array): void {
  out.push(varint(number * 8 + bytesType), varint(value.length), value);
}

function varint(value: number): Uint8Array {
  const digits: number[] = [];
  let rest = value;
  while (rest > 127) {
    digits.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.from([...digits, rest]);
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError('a message ends in the middle of a number');
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  }

  bytes(): Uint8Array {
    return this.#take(this.varint());
  }

  skip(wireType: number): void {
    if (wireType === varintType) this.varint();
    else if (wireType === bytesType) this.bytes();
    else if (wireType === 1 || wireType === 5) this.#take(wireType === 1 ? 8 : 4);
    else throw new RangeError(`a message has a field of wire type ${wireType}`);
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('a message ends in the middle of a field');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

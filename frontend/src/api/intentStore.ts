import { EMPTY, type Intent, type Queue } from './intent';

/** IntentStore keeps the queue; change is atomic over all pages of this browser. */
export interface IntentStore {
  readonly lasting: boolean; // false: gone with the page
  read(): Promise<Queue>;
  /** change folds the queue and keeps the result before it answers; bytes are a new intent's photo. */
  change(how: (q: Queue) => Queue, bytes?: { id: string; blob: Blob }): Promise<Queue>;
  photo(id: string): Promise<Blob | undefined>;
}

const NAME = 'onemap.intents';
const REST = 'rest'; // the queue without its intents

/** openStore opens the browser's database; where it has none, a store that lasts as long as the page. */
export async function openStore(): Promise<IntentStore> {
  try {
    const db = await opened();
    return new Kept(db);
  } catch {
    return new Fleeting();
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('intents', { keyPath: 'id' });
      asked.result.createObjectStore('photos');
      asked.result.createObjectStore('queue');
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error ?? new Error('no database'));
    asked.onblocked = () => fail(new Error('the database is held by an older page'));
  });
}

const asPromise = <T>(asked: IDBRequest<T>): Promise<T> =>
  new Promise((done, fail) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error ?? new Error('the database did not answer'));
  });

/** queueOf is the queue of its kept parts. */
async function queueOf(tx: IDBTransaction): Promise<Queue> {
  const [rest, intents] = await Promise.all([
    asPromise(tx.objectStore('queue').get(REST) as IDBRequest<Omit<Queue, 'intents'> | undefined>),
    asPromise(tx.objectStore('intents').getAll() as IDBRequest<Intent[]>),
  ]);
  return { ...EMPTY, ...rest, intents: intents.sort((a, b) => a.n - b.n) };
}

class Kept implements IntentStore {
  readonly lasting = true;
  private readonly db: IDBDatabase;

  constructor(db: IDBDatabase) {
    this.db = db;
    db.onversionchange = () => db.close();
  }

  read(): Promise<Queue> {
    return queueOf(this.db.transaction(['intents', 'queue']));
  }

  async change(how: (q: Queue) => Queue, bytes?: { id: string; blob: Blob }): Promise<Queue> {
    const tx = this.db.transaction(['intents', 'queue', 'photos'], 'readwrite', { durability: 'strict' });
    const kept = new Promise<void>((done, fail) => {
      tx.oncomplete = () => done();
      tx.onabort = tx.onerror = () => fail(tx.error ?? new Error('the queue was not kept'));
    });
    kept.catch(() => undefined); // reading may fail first, and says so itself
    const before = await queueOf(tx);
    const after = how(before);
    if (after !== before) write(tx, before, after);
    if (bytes && after.intents.some((i) => i.id === bytes.id)) tx.objectStore('photos').put(bytes.blob, bytes.id);
    await kept;
    return after;
  }

  photo(id: string): Promise<Blob | undefined> {
    return asPromise(this.db.transaction('photos').objectStore('photos').get(id) as IDBRequest<Blob | undefined>);
  }
}

/** write puts down what a change has changed; a photo goes when its intent is done or dropped. */
function write(tx: IDBTransaction, before: Queue, after: Queue): void {
  const [intents, photos] = [tx.objectStore('intents'), tx.objectStore('photos')];
  const had = new Map(before.intents.map((i) => [i.id, i]));
  for (const i of after.intents) {
    if (had.get(i.id) !== i) intents.put(i);
    if (i.blob && i.state === 'done') photos.delete(i.id);
    had.delete(i.id);
  }
  for (const id of had.keys()) {
    intents.delete(id);
    photos.delete(id);
  }
  const { next, until, tries, why } = after;
  tx.objectStore('queue').put({ next, until, tries, why }, REST);
}

/** Fleeting keeps the queue in memory: for a browser that refuses to keep anything, and for tests. */
export class Fleeting implements IntentStore {
  readonly lasting = false;
  private queue: Queue = EMPTY;
  private readonly photos = new Map<string, Blob>();

  read(): Promise<Queue> {
    return Promise.resolve(this.queue);
  }

  change(how: (q: Queue) => Queue, bytes?: { id: string; blob: Blob }): Promise<Queue> {
    this.queue = how(this.queue);
    if (bytes) this.photos.set(bytes.id, bytes.blob);
    return Promise.resolve(this.queue);
  }

  photo(id: string): Promise<Blob | undefined> {
    return Promise.resolve(this.photos.get(id));
  }
}

import type { Group } from './group.ts';
import type { Barrier, GroupedBatch, GroupedPoint } from './message.ts';

/** How many points or batches a node sent on, of one group. */
export interface EmittedCount {
  readonly group: Group;
  count: number;
}

/**
 * One node of a running pipeline. It sends on what it is given, until a kind of node says otherwise.
 */
export class PipelineNode {
  /** Its name, such as `window2`. */
  readonly name: string;
  readonly #children: PipelineNode[] = [];
  #emitted: Map<string, EmittedCount> | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** Sends what this node emits to another one as well. */
  connect(child: PipelineNode): void {
    this.#children.push(child);
  }

  /** Counts from now on what the node emits, by group. */
  counted(): ReadonlyMap<string, EmittedCount> {
    this.#emitted ??= new Map();
    return this.#emitted;
  }

  /** Begins what goes by the clock. */
  start(): void {}

  /** Ends what goes by the clock. */
  stop(): void {}

  /** Takes a point. */
  point(point: GroupedPoint): void {
    this.emitPoint(point);
  }

  /** Takes a batch. */
  batch(batch: GroupedBatch): void {
    this.emitBatch(batch);
  }

  /** Takes a barrier. */
  barrier(barrier: Barrier): void {
    this.emitBarrier(barrier);
  }

  /** Forgets a group. */
  forget(group: Group): void {
    this.emitForget(group);
  }

  protected emitPoint(point: GroupedPoint): void {
    if (this.#emitted !== undefined) this.#count(this.#emitted, point.group);
    for (const child of this.#children) child.point(point);
  }

  protected emitBatch(batch: GroupedBatch): void {
    if (this.#emitted !== undefined) this.#count(this.#emitted, batch.group);
    for (const child of this.#children) child.batch(batch);
  }

  protected emitBarrier(barrier: Barrier): void {
    for (const child of this.#children) child.barrier(barrier);
  }

  protected emitForget(group: Group): void {
    this.#emitted?.delete(group.key);
    for (const child of this.#children) child.forget(group);
  }

  #count(emitted: Map<string, EmittedCount>, group: Group): void {
    const known = emitted.get(group.key);
    if (known === undefined) emitted.set(group.key, { group, count: 1 });
    else known.count++;
  }
}

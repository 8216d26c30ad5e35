import { readFileSync } from 'node:fs';
import type { Point } from 'tocsin';

interface CpuTimes {
  readonly total: number;
  readonly idle: number;
  readonly user: number;
  readonly system: number;
  readonly iowait: number;
}

/** Reads CPU, memory and load of the Linux machine that it runs on, as points. */
export class Probe {
  readonly #host: string;
  #before = readCpuTimes();

  constructor(host: string) {
    this.#host = host;
  }

  /** What the machine did since the last call. */
  read(time: Date): Point[] {
    const now = readCpuTimes();
    const points: Point[] = [];
    for (const [cpu, times] of now) {
      const before = this.#before.get(cpu);
      const elapsed = before ? times.total - before.total : 0;
      if (!before || elapsed === 0) continue;
      const percent = (part: keyof CpuTimes): number => round((100 * (times[part] - before[part])) / elapsed);
      points.push({
        name: 'cpu',
        tags: { cpu, host: this.#host },
        fields: {
          usage_idle: percent('idle'),
          usage_user: percent('user'),
          usage_system: percent('system'),
          usage_iowait: percent('iowait'),
        },
        time,
      });
    }
    this.#before = now;
    points.push(this.#memory(time), this.#load(time));
    return points;
  }

  #memory(time: Date): Point {
    const kilobytes = new Map<string, bigint>();
    for (const [, name = '', value = '0'] of readFileSync('/proc/meminfo', 'utf8').matchAll(
      /^(\w+):\s+(\d+)/gm,
    )) {
      kilobytes.set(name, BigInt(value));
    }
    const total = (kilobytes.get('MemTotal') ?? 1n) * 1024n;
    const available = (kilobytes.get('MemAvailable') ?? 0n) * 1024n;
    return {
      name: 'mem',
      tags: { host: this.#host },
      fields: {
        total,
        available,
        used_percent: round(Number(((total - available) * 100_000n) / total) / 1000),
      },
      time,
    };
  }

  #load(time: Date): Point {
    const [load1 = 0, load5 = 0, load15 = 0] = readFileSync('/proc/loadavg', 'utf8').split(' ').map(Number);
    return { name: 'system', tags: { host: this.#host }, fields: { load1, load5, load15 }, time };
  }
}

function readCpuTimes(): Map<string, CpuTimes> {
  const times = new Map<string, CpuTimes>();
  for (const line of readFileSync('/proc/stat', 'utf8').split('\n')) {
    const [label = '', ...rest] = line.trim().split(/\s+/);
    if (!label.startsWith('cpu')) continue;
    const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] =
      rest.map(Number);
    const total = user + nice + system + idle + iowait + irq + softirq + steal;
    times.set(label === 'cpu' ? 'cpu-total' : label, { total, idle, user: user + nice, system, iowait });
  }
  return times;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

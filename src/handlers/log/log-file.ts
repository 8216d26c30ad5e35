import { Buffer } from 'node:buffer';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DeliveryError } from '../../errors.ts';
import { errorCode, errorText } from '../shared/system-error.ts';
import { abortError } from '../shared/until-aborted.ts';

interface Line {
  readonly bytes: Buffer;
  readonly signal: AbortSignal;
  resolve(): void;
  reject(error: Error): void;
}

// Without O_NONBLOCK, a pipe that nobody reads would hold a thread of the process for ever.
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);

/**
 * A file that takes whole lines. What is appended while a write is under way goes out together in the next
 * one, and every write opens the file anew: a file that was renamed away is left alone from then on.
 */
export class LogFile {
  readonly #path: string;
  readonly #mode: number;
  readonly #createDirectory: boolean;
  #waiting: Line[] = [];
  #writing: Promise<void> | undefined;
  #torn = false;

  constructor(path: string, options: { readonly mode: number; readonly createDirectory: boolean }) {
    this.#path = path;
    this.#mode = options.mode & 0o777;
    this.#createDirectory = options.createDirectory;
  }

  /** Appends a line, newline included. It resolves when the operating system has it. */
  append(line: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(abortError(signal));
        return;
      }
      this.#waiting.push({ bytes: Buffer.from(line), signal, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    // Lines of the same moment make one write.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const lines: Line[] = [];
      for (const line of this.#waiting) {
        if (line.signal.aborted) line.reject(abortError(line.signal));
        else lines.push(line);
      }
      this.#waiting = [];
      if (lines.length > 0) await this.#write(lines);
    }
    this.#writing = undefined;
  }

  async #write(lines: readonly Line[]): Promise<void> {
    // After half a line (a full disk), the next one must not be glued to it.
    const prefix = this.#torn ? 1 : 0;
    const parts = lines.map(({ bytes }) => bytes);
    const buffer = Buffer.concat(prefix ? [Buffer.from('\n'), ...parts] : parts);
    let written = 0;
    let failure: Error | undefined;
    let file: FileHandle | undefined;
    try {
      file = await this.#open();
      while (written < buffer.length) {
        written += (await file.write(buffer, written, buffer.length - written)).bytesWritten;
      }
    } catch (error) {
      failure = fileError(this.#path, error);
    }
    await file?.close().catch((error: unknown) => {
      failure ??= fileError(this.#path, error);
    });
    let end = prefix;
    for (const line of lines) {
      end += line.bytes.length;
      if (end <= written) line.resolve();
      else line.reject(failure ?? new DeliveryError(`log: ${this.#path} took only part of a line`));
    }
    if (written > 0) this.#torn = buffer[written - 1] !== 0x0a;
  }

  async #open(): Promise<FileHandle> {
    try {
      return await open(this.#path, FLAGS, this.#mode);
    } catch (error) {
      if (!this.#createDirectory || errorCode(error) !== 'ENOENT') throw error;
      await mkdir(dirname(this.#path), { recursive: true });
      return open(this.#path, FLAGS, this.#mode);
    }
  }
}

function fileError(path: string, error: unknown): DeliveryError {
  const missing = errorCode(error) === 'ENOENT';
  return new DeliveryError(`log: ${path} cannot be written: ${errorText(error)}`, {
    failure: missing ? 'config_error' : 'other',
    cause: error,
    ...(missing ? { cure: 'Create its directory, or set create-directory: true.' } : {}),
  });
}

import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { own } from '../process/lifetime.js'

/** Editors write in several steps: a change counts once it has been quiet for this long. */
const quietMs = 100

/**
 * Watches files for changes. Folders are watched, since editors replace files. What changes while nobody waits is told
 * at the next `next`, so that no change is lost between two looks.
 */
export class FileWatch {
  readonly #folders = new Map<string, { readonly watcher: FSWatcher; names: ReadonlySet<string> }>()
  readonly #close = own('file watchers', () => this.#watchOnly(new Map()))
  #changed = false
  #tell: () => void = () => {}

  constructor(files: readonly string[]) {
    this.watch(files)
  }

  /** These files from now on. */
  watch(files: readonly string[]): void {
    const wanted = new Map<string, Set<string>>()
    for (const file of files) {
      const full = resolve(file)
      const folder = dirname(full)
      wanted.set(folder, (wanted.get(folder) ?? new Set()).add(basename(full)))
    }
    this.#watchOnly(wanted)
  }

  /** Resolves with `true` after a change, with `false` when the signal ends the watching. */
  async next(signal: AbortSignal): Promise<boolean> {
    const changed = await new Promise<boolean>((done) => {
      let timer: NodeJS.Timeout | undefined
      const abort = () => {
        clearTimeout(timer)
        done(false)
      }
      this.#tell = () => {
        clearTimeout(timer)
        timer = setTimeout(() => {
          signal.removeEventListener('abort', abort)
          done(true)
        }, quietMs)
      }
      if (signal.aborted) abort()
      else signal.addEventListener('abort', abort, { once: true })
      if (this.#changed) this.#tell()
    })
    this.#tell = () => {}
    this.#changed = false
    if (!changed) await this.#close()
    return changed
  }

  #watchOnly(wanted: ReadonlyMap<string, ReadonlySet<string>>): void {
    for (const [folder, { watcher }] of this.#folders) {
      if (wanted.has(folder)) continue
      watcher.close()
      this.#folders.delete(folder)
    }
    for (const [folder, names] of wanted) {
      const watched = this.#folders.get(folder)
      if (watched) watched.names = names
      else this.#folders.set(folder, { watcher: watch(folder, (_, name) => this.#seen(folder, name)), names })
    }
  }

  #seen(folder: string, name: string | null): void {
    if (name !== null && this.#folders.get(folder)?.names.has(name) !== true) return
    this.#changed = true
    this.#tell()
  }
}

import { watch } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { own } from './lifetime.js'

/** Editors write in several steps: a change counts once it has been quiet for this long. */
const quietMs = 100

/**
 * Waits for a change of one of the files. Folders are watched, since editors replace files; resolves with `false` when
 * the signal ends it.
 */
export async function nextChange(files: readonly string[], signal: AbortSignal): Promise<boolean> {
  const folders = new Map<string, Set<string>>()
  for (const file of files) {
    const full = resolve(file)
    folders.set(dirname(full), (folders.get(dirname(full)) ?? new Set()).add(basename(full)))
  }
  return new Promise((resolveChange) => {
    let timer: NodeJS.Timeout | undefined
    const end = (changed: boolean) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      void close()
      resolveChange(changed)
    }
    const abort = () => end(false)
    const watchers = [...folders].map(([folder, names]) =>
      watch(folder, (_, name) => {
        if (name !== null && !names.has(name)) return
        clearTimeout(timer)
        timer = setTimeout(() => end(true), quietMs)
      }),
    )
    const close = own('file watchers', () => {
      for (const one of watchers) one.close()
    })
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort)
  })
}

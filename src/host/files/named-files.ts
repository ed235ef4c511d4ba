import { readdirSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { largestConfigBytes } from './config-files.js'
import { readBounded } from './read-bounded.js'
import { placesOf, type Whereabouts } from './whereabouts.js'

/**
 * The text of a file that the user's files name; `undefined` when it is not here. Only plain files are read: a pipe or a
 * device would hold everything up.
 */
export function readNamed(path: string, from: string, where: Whereabouts): string | undefined {
  for (const one of placesOf(path, from, where)) {
    try {
      if (!statSync(one).isFile()) continue
      return Buffer.from(readBounded(one, largestConfigBytes)).toString('utf8')
    } catch {
      // Not here, or not for us: the next place.
    }
  }
  return undefined
}

/** A file or folder of the user's files that is here, as an absolute path. */
export function findNamed(path: string, from: string, where: Whereabouts): string | undefined {
  for (const one of placesOf(path, from, where)) {
    try {
      const found = statSync(one)
      if (found.isFile() || (found.isDirectory() && readdirSync(one).length > 0)) return resolve(one)
    } catch {
      // The next place.
    }
  }
  return undefined
}

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { CertificatePath, PemText } from '../../lint/certificates.js'
import { readBounded } from './read-bounded.js'
import { placesOf, thisMachine, type Whereabouts } from './whereabouts.js'

const largestBytes = 1024 * 1024

/**
 * What is at a path of a configuration, wherever that is here. Nothing found is not an error: the
 * file may be for another machine.
 */
export function readCertificatePath(
  path: string,
  configFile: string,
  where: Whereabouts = thisMachine,
): CertificatePath {
  for (const full of placesOf(path, configFile, where)) {
    const found = readPath(full, path)
    if (found.kind !== 'absent') return found
  }
  return { kind: 'absent' }
}

/** Every readable file below a folder, two levels deep. */
export function readPemFolder(folder: string, depth = 2): readonly PemText[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((one): readonly PemText[] => {
    const path = join(folder, one.name)
    if (one.isDirectory()) return depth > 1 ? readPemFolder(path, depth - 1) : []
    return readFile(path, path)
  })
}

function readPath(full: string, named: string): CertificatePath {
  try {
    if (!statSync(full).isDirectory()) {
      const [file] = readFile(full, named)
      return file === undefined ? { kind: 'absent' } : { kind: 'file', file }
    }
    const names = readdirSync(full, { withFileTypes: true }).filter((one) => !one.isDirectory())
    return {
      kind: 'folder',
      files: names
        .map((one) => one.name)
        .sort()
        .flatMap((name) => readFile(join(full, name), join(named, name))),
    }
  } catch {
    return { kind: 'absent' }
  }
}

function readFile(full: string, named: string): readonly PemText[] {
  try {
    const bytes = readBounded(full, largestBytes)
    return bytes.length > largestBytes ? [] : [{ path: named, text: bytes.toString('latin1') }]
  } catch {
    return []
  }
}

import { readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The commit that is checked out at a folder or above it; read from the files of git, which need not be installed. */
export function commitAt(folder: string): string | undefined {
  const git = gitFolder(folder)
  if (git === undefined) return undefined
  const head = read(join(git, 'HEAD'))
  const ref = /^ref: (\S+)/.exec(head)?.[1]
  if (ref === undefined) return hash(head)
  // A work tree of its own keeps the branches where the repository is.
  const common = read(join(git, 'commondir'))
  for (const place of common === '' ? [git] : [git, resolve(git, common)]) {
    const found = hash(read(join(place, ref))) ?? packed(read(join(place, 'packed-refs')), ref)
    if (found !== undefined) return found
  }
  return undefined
}

function gitFolder(folder: string): string | undefined {
  const path = join(folder, '.git')
  const kind = statSync(path, { throwIfNoEntry: false })
  if (kind?.isDirectory()) return path
  const linked = kind?.isFile() ? /^gitdir: (.+)$/m.exec(read(path))?.[1] : undefined
  if (linked !== undefined) return resolve(folder, linked)
  const above = dirname(folder)
  return above === folder ? undefined : gitFolder(above)
}

function packed(text: string, ref: string): string | undefined {
  return hash(text.split('\n').find((line) => line.endsWith(` ${ref}`)) ?? '')
}

function hash(text: string): string | undefined {
  return /^[\da-f]{40,64}\b/.exec(text)?.[0]
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}

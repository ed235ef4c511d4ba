import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Which processes a number means: this boot of this machine, and its namespace of process ids. A container that shares
 * the folder for temporary files has another.
 */
const here = createHash('sha256').update(`${bootId()} ${pidNamespace()}`).digest('hex').slice(0, 4)

/** The beginning of a folder's name that tells whose it is: `mqtt-proxy-check-3mv-1a2b-`. */
export function ownedName(label: string): string {
  return `mqtt-proxy-${label}-${process.pid.toString(36)}-${here}-`
}

const owned = /^mqtt-proxy-[a-z]+-([0-9a-z]+)-([0-9a-f]{4})-[A-Za-z0-9]{6}$/

/**
 * Removes our own folders whose process is gone: one that was killed (SIGKILL, no memory) leaves keys, or a program half
 * unpacked. What belongs to other users, other boots and other namespaces is left alone.
 */
export function sweep(parent: string): void {
  for (const name of namesIn(parent)) {
    const [, pid, namespace] = owned.exec(name) ?? []
    if (pid === undefined || namespace !== here || isAlive(Number.parseInt(pid, 36))) continue
    const path = join(parent, name)
    try {
      const found = lstatSync(path)
      if (found.isDirectory() && found.uid === process.getuid?.()) rmSync(path, { recursive: true, force: true })
    } catch {
      // Somebody else sweeps too.
    }
  }
}

function namesIn(parent: string): string[] {
  try {
    return readdirSync(parent)
  } catch {
    return []
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')
  } catch {
    return ''
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

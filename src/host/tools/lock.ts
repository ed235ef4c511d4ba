import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { own } from '../process/lifetime.js'

/** A holder refreshes its lock this often; one that is much older belongs to nobody. */
const refreshMs = 2_000
const staleMs = 20_000

/**
 * Runs `work` while no other process holds the same lock file. A lock whose holder has died is taken over.
 * `onWait` is told once, when somebody else holds it.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  await mkdir(dirname(file), { recursive: true })
  const release = await take(file, onWait)
  try {
    return await work()
  } finally {
    await release()
  }
}

async function take(file: string, onWait: (() => void) | undefined): Promise<() => Promise<void>> {
  const mine = `${hostname()} ${process.pid} ${randomUUID()}`
  for (let asked = 0; ; asked++) {
    if (await tryTake(file, mine)) break
    if (asked === 0) onWait?.()
    await pause(50)
  }
  const beat = setInterval(() => {
    const now = new Date()
    utimes(file, now, now).catch(() => undefined)
  }, refreshMs)
  beat.unref()
  return own(
    `lock ${file}`,
    async () => {
      clearInterval(beat)
      await rm(file, { force: true })
    },
    () => rmSync(file, { force: true }),
  )
}

/** A hard link either makes the name or fails: the file is never seen half written. */
async function tryTake(file: string, mine: string): Promise<boolean> {
  const draft = `${file}.${process.pid}.${randomUUID()}`
  await writeFile(draft, mine)
  try {
    await link(draft, file)
    return true
  } catch {
    await removeIfStale(file, `${draft}.stale`)
    return false
  } finally {
    await rm(draft, { force: true })
  }
}

async function removeIfStale(file: string, aside: string): Promise<void> {
  const holder = await readFile(file, 'utf8').catch(() => undefined)
  const found = await stat(file).catch(() => undefined)
  if (holder === undefined || found === undefined) return
  if (!isDead(holder) && Date.now() - found.mtimeMs < staleMs) return
  const moved = await rename(file, aside).then(
    () => true,
    () => false,
  )
  if (!moved) return
  const taken = await readFile(aside, 'utf8').catch(() => holder)
  if (taken !== holder) await link(aside, file).catch(() => undefined)
  await rm(aside, { force: true })
}

function isDead(holder: string): boolean {
  const [host, pid] = holder.split(' ')
  if (host !== hostname()) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

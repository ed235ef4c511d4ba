import { readdir, readFile } from 'node:fs/promises'

/**
 * Other processes of this machine with the same program name and the same parent: HAProxy's old workers, beside the one
 * whose pid is known. `undefined`: the machine does not tell (not Linux, another machine, another namespace).
 */
export async function siblingsOf(pid: number): Promise<readonly number[] | undefined> {
  const own = await statusOf(pid)
  if (own === undefined) return undefined
  const parent = await statusOf(own.parent)
  // Without a master its parent is whatever started it, and the neighbours are no workers of its.
  if (parent?.name !== own.name) return []
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const all = await Promise.all(pids.map(async (one) => [one, await statusOf(one)] as const))
  return all.flatMap(([one, status]) =>
    one !== pid && status?.parent === own.parent && status.name === own.name ? [one] : [],
  )
}

async function statusOf(pid: number): Promise<{ readonly name: string; readonly parent: number } | undefined> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const name = /^Name:\s+(.+)$/m.exec(text)?.[1]
  const parent = /^PPid:\s+(\d+)$/m.exec(text)?.[1]
  return name === undefined || parent === undefined ? undefined : { name, parent: Number(parent) }
}

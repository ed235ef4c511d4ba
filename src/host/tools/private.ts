import { lstat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { shellWord } from '../../kernel/shell-word.js'

/**
 * Programs from the cache run as we do: what others own or may write is not run.
 * @param folder of an installation; its parents are asked up to `cache`
 * @throws Fault MP-TOOLS-CACHE (exit 3)
 */
export async function requirePrivate(folder: string, cache: string): Promise<void> {
  for (let path = folder; ; path = dirname(path)) {
    const found = await lstat(path).catch(() => undefined)
    const why = found && whyShared(found, process.getuid?.(), () => userInfo().gid)
    if (why !== undefined) throw shared(path, why)
    if (path === cache || path === dirname(path)) return
  }
}

/**
 * Why a file is not only ours; `undefined`: it is. root's is as good as ours, for root has no need of it.
 * @param ownGroup the user's primary group: what it may write, the user alone may on systems that give everyone a group
 */
export function whyShared(
  { uid, gid, mode }: { readonly uid: number; readonly gid: number; readonly mode: number },
  us: number | undefined,
  ownGroup: () => number,
): string | undefined {
  if (us === undefined) return undefined
  if (uid !== us && uid !== 0) return `another user owns it (uid ${uid})`
  if ((mode & 0o002) !== 0) return 'everybody may write to it'
  if ((mode & 0o020) !== 0 && gid !== ownGroup()) return `a group may write to it (gid ${gid})`
  return undefined
}

function shared(path: string, why: string): Fault {
  return new Fault('MP-TOOLS-CACHE', `programs of the cache are not run: ${path}: ${why}`, {
    exit: EXIT.environment,
    hints: [`chmod go-w ${shellWord(path)}`, 'or choose another with --cache-dir or MQTT_PROXY_CACHE'],
  })
}

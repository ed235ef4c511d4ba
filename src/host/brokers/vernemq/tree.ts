import { randomBytes } from 'node:crypto'
import { chmod, copyFile, cp, lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

interface Tree {
  /** The release. */
  readonly base: string
  /** The private copy. */
  readonly tree: string
  readonly configFile: string
  /** The folder that relative paths of the configuration are meant from. */
  readonly files: string
}

/** What a node writes, or what we write for it; everything else of the release is a link. */
const own = ['bin', 'etc', 'data', 'log']

/**
 * Everything of the release by link, its scripts and its `etc` by copy (vmq_acl reads `etc/vmq.acl`), configuration,
 * data and logs of its own. A tree that is there already is used again.
 */
export async function privateTree({ base, tree, configFile, files }: Tree): Promise<void> {
  for (const name of own) await mkdir(join(tree, name), { recursive: true, mode: 0o700 })
  for (const name of (await readdir(base)).filter((one) => !own.includes(one))) {
    await linkOnce(join(base, name), join(tree, name))
  }
  for (const name of await readdir(join(base, 'bin'))) {
    await copyFile(join(base, 'bin', name), join(tree, 'bin', name))
    await chmod(join(tree, 'bin', name), 0o700)
  }
  for (const name of (await readdir(join(base, 'etc')).catch(() => [])).filter((one) => one !== 'vernemq.conf')) {
    await cp(join(base, 'etc', name), join(tree, 'etc', name), { recursive: true })
  }
  // VerneMQ looks relative paths up in its own folder, because its start script goes there.
  for (const name of await readdir(files)) {
    const path = join(files, name)
    if (!tree.startsWith(path)) await linkOnce(path, join(tree, name))
  }
  const config = await readFile(configFile, 'utf8')
  await writeFile(join(tree, 'etc', 'vernemq.conf'), completeVernemqConfig(config), { mode: 0o600 })
}

async function linkOnce(to: string, path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined)
  if (there === undefined) await symlink(to, path)
}

/**
 * What a run of ours needs behind the user's file, so that line numbers stay; of two lines the last counts. Node name
 * and cookie are the sandbox's own; a file of ours has them, because VerneMQ does not start without.
 */
export function completeVernemqConfig(config: string, more: readonly string[] = []): string {
  const has = (name: string) => new RegExp(`^\\s*${name.replaceAll('.', '\\.')}\\s*=`, 'm').test(config)
  const added = [
    'nodename = mqtt-proxy@127.0.0.1',
    `distributed_cookie = ${randomBytes(16).toString('hex')}`,
    'log.console = console',
    ...more,
  ].filter((line) => !has(line.split(' ')[0] ?? ''))
  return `${config}${config.endsWith('\n') ? '' : '\n'}${added.join('\n')}\n`
}

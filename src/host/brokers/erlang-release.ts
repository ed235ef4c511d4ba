import { chmod, copyFile, cp, lstat, mkdir, readdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'

interface Tree {
  /** The release. */
  readonly base: string
  /** The private copy. */
  readonly tree: string
  /** The name of its file in `etc`, and its content. */
  readonly config: { readonly name: string; readonly text: string }
  /** The folder that relative paths of the configuration are meant from. */
  readonly files: string
}

/** What a node writes, or what we write for it; everything else of the release is a link. */
const own = ['bin', 'etc', 'data', 'log']

/**
 * A private copy of an Erlang release (VerneMQ, EMQX): everything by link, its scripts and its `etc` by copy (vmq_acl reads
 * `etc/vmq.acl`, EMQX `etc/acl.conf`), configuration, data and logs of its own. A tree that is there already is used again.
 */
export async function privateTree({ base, tree, config, files }: Tree): Promise<void> {
  for (const name of own) await mkdir(join(tree, name), { recursive: true, mode: 0o700 })
  for (const name of (await readdir(base)).filter((one) => !own.includes(one))) {
    await linkOnce(join(base, name), join(tree, name))
  }
  for (const name of await readdir(join(base, 'bin'))) {
    await copyFile(join(base, 'bin', name), join(tree, 'bin', name))
    await chmod(join(tree, 'bin', name), 0o700)
  }
  for (const name of (await readdir(join(base, 'etc')).catch(() => [])).filter((one) => one !== config.name)) {
    await cp(join(base, 'etc', name), join(tree, 'etc', name), { recursive: true })
  }
  // They look relative paths up in their own folder, because their start scripts go there.
  for (const name of await readdir(files)) {
    const path = join(files, name)
    if (!tree.startsWith(path)) await linkOnce(path, join(tree, name))
  }
  await writeFile(join(tree, 'etc', config.name), config.text, { mode: 0o600 })
}

async function linkOnce(to: string, path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined)
  if (there === undefined) await symlink(to, path)
}

/**
 * The folder of the release that this program belongs to. A packaged one, in system folders, belongs to another user and
 * has its one configuration in /etc: it cannot be run beside itself.
 * @throws Fault MP-BROKER (exit 3)
 */
export async function releaseOf(program: string, name: string): Promise<string> {
  const base = dirname(dirname(await realpath(program)))
  const entries = await readdir(base).catch((): string[] => [])
  if (entries.includes('releases')) return base
  throw new Fault('MP-BROKER', `${program} is not part of a release of ${name} that can be moved`, {
    exit: EXIT.environment,
    hints: ['unpack a release of your own and name its program', 'or name the container image with --broker-bin'],
  })
}

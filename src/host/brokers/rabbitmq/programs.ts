import { access, readdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isExecutable } from '../../process/programs.js'

/** The scripts and programs that belong together. */
export interface RabbitmqPrograms {
  readonly server: string
  readonly ctl: string
  readonly epmd: string
  /** Erlang's small client that asks a node in milliseconds; not everybody has it. */
  readonly call: string | undefined
}

/**
 * A packaged `/usr/sbin/rabbitmq-server` insists on being root or the user rabbitmq; what it calls in the end runs
 * as anybody.
 */
export async function belonging(program: string): Promise<RabbitmqPrograms> {
  const real = await realpath(program).catch(() => program)
  const folder = real.endsWith('/rabbitmq-script-wrapper') ? dirname(real) : dirname(program)
  const ours = program.endsWith('/bin/rabbitmq')
  const erlang = ours ? join(folder, '..', 'root', 'usr', 'lib', 'erlang') : '/usr/lib/erlang'
  return {
    server: ours ? program : join(folder, 'rabbitmq-server'),
    ctl: join(folder, 'rabbitmqctl'),
    epmd: ours ? join(folder, 'epmd') : 'epmd',
    call: await callProgram(erlang),
  }
}

async function callProgram(erlang: string): Promise<string | undefined> {
  const there = await access(erlang).then(
    () => true,
    () => false,
  )
  if (!there) return undefined
  const runtimes = (await readdir(erlang)).filter((name) => name.startsWith('erts-'))
  for (const folder of ['bin', ...runtimes.map((name) => join(name, 'bin'))]) {
    const program = join(erlang, folder, 'erl_call')
    if (await isExecutable(program)) return program
  }
  return undefined
}

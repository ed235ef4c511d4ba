import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { type CommandLine, type Sealing, sealed } from './namespaces.js'
import { tiedToUs } from './parent-death.js'

/** What keeps the programs that this process starts from the rest of the machine. */
export interface Wall {
  /** They write only to our own folders. */
  readonly files: boolean
  /** They reach nothing but loopback. */
  readonly network: boolean
  /** Why one of the two is missing. */
  readonly why?: string
}

let raised: Pick<Sealing, 'network'> | undefined
const writable = new Set<string>()

/** Programs behind the wall may write to this folder, as long as the returned function was not called. */
export function letWrite(folder: string): () => void {
  writable.add(folder)
  return () => void writable.delete(folder)
}

/**
 * From now on every program that this process starts runs behind a wall, where the system allows one.
 * @param network `shared`: as this process has it; `none`: the programs need none at all
 */
export async function raiseWall(network: Sealing['network']): Promise<Wall> {
  const why = await whyNoWall(network)
  if (why !== undefined) return { files: false, network: loopbackIsAll(), why }
  raised = { network }
  return { files: true, network: network === 'none' || loopbackIsAll() }
}

/** Whether this process has no network but loopback. */
export function loopbackIsAll(): boolean {
  return Object.values(networkInterfaces()).every((addresses) => addresses?.every(({ internal }) => internal) ?? true)
}

/** Programs that are started from now on see the whole machine again. */
export function lowerWall(): void {
  raised = undefined
}

async function whyNoWall(network: Sealing['network']): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'namespaces are a thing of Linux'
  const [program, args] = await sealed(['/bin/true', []], { writes: [], network })
  return whyItFails([program, args])
}

/** Why a command cannot run, in the words of the program that says so; `undefined`: it can. */
export function whyItFails([program, args]: CommandLine): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, [...args], { timeout: 10_000 }, (error, _out, said) => {
      if (error === null) resolve(undefined)
      else resolve(said.trim().split('\n')[0] || 'unshare failed')
    })
  })
}

/**
 * What is executed to run a program: behind the wall where there is one. Where it is not, a program that is to end with
 * us is tied to us all the same.
 */
export async function commandFor(program: string, args: readonly string[], tied: boolean): Promise<CommandLine> {
  // A program that cannot run must fail under its own name.
  if (raised !== undefined && (await canRun(program))) {
    return sealed([program, args], { ...raised, writes: [...writable] })
  }
  return tied ? tiedToUs(program, args) : [program, args]
}

function canRun(program: string): Promise<boolean> {
  const places = program.includes('/')
    ? [program]
    : (process.env.PATH ?? '').split(':').map((one) => join(one, program))
  return Promise.any(places.map((one) => access(one, constants.X_OK))).then(
    () => true,
    () => false,
  )
}

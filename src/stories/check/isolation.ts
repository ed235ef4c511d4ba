import { driverFor } from '../../host/brokers/index.js'
import { rerunWithLoopback } from '../../host/process/rerun.js'
import { raiseWall, type Wall } from '../../host/process/wall.js'
import { isOwn } from './jobs.js'
import type { CheckRequest } from './request.js'

type Asked = Pick<CheckRequest, 'dir' | 'haproxyConfigs' | 'brokers' | 'keep'>

/** The wall around the programs of a run, where one is wanted; `ran`: the run took place behind it, with this exit code. */
export type Isolation = { readonly ran: number } | { readonly missing: string | undefined }

/**
 * Keeps the programs that run a user's files from the rest of the machine: generated files need no such wall.
 * @param wanted false for `--no-isolation`
 */
export async function isolate(request: Asked, wanted: boolean): Promise<Isolation> {
  if (!isOwn(request)) return { missing: undefined }
  if (!wanted) return { missing: 'none: --no-isolation' }
  if (await anyInContainer(request)) return { missing: 'none: a container engine runs the broker' }
  const network = request.keep ? { why: '--keep lets other commands reach the programs' } : await rerunWithLoopback()
  if ('code' in network) return { ran: network.code }
  const wall = await raiseWall('shared')
  return { missing: lacking(wall, network.why) }
}

/** What of the wall is missing, in a line of the result; `undefined`: nothing. */
function lacking({ files, network, why }: Wall, whyNetwork: string | undefined): string | undefined {
  if (files && network) return undefined
  if (files) return `files only: ${whyNetwork ?? 'the network is shared'}`
  return `${network ? 'network only' : 'none'}: ${why ?? whyNetwork ?? 'no namespaces'}`
}

/** What a container engine starts is not our child process. */
async function anyInContainer({ brokers }: Asked): Promise<boolean> {
  const drivers = await Promise.all(
    brokers.map(({ kind, program }) =>
      // A program that is not here is said when it is needed.
      driverFor(kind, program === undefined ? {} : { program }).catch(() => undefined),
    ),
  )
  return drivers.some((driver) => driver?.inContainer === true)
}

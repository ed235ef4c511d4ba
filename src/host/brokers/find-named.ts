import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { isExecutable } from '../process/programs.js'

/** How a broker is found that `tools install` does not fetch. */
interface Wanted {
  /** The variable that names its program. */
  readonly variable: string
  /** What its program is called on PATH. */
  readonly file: string
  /** Whether a container image may be named instead. */
  readonly images: boolean
  /** How to get it and name it. */
  readonly hints: readonly string[]
}

export interface NamedProgram {
  readonly program: string
  readonly isImage: boolean
}

/**
 * What was named, else the variable, else PATH. A name that is not a file but looks like `vernemq/vernemq:2.1.1` is an
 * image; a path is a program.
 * @throws Fault MP-NO-PROGRAM (exit 3)
 */
export async function findNamed(wanted: Wanted, chosen: string | undefined): Promise<NamedProgram> {
  const { variable, file, images, hints } = wanted
  const missing = (why: string) => new Fault('MP-NO-PROGRAM', why, { exit: EXIT.environment, hints })
  const named = chosen ?? process.env[variable]
  if (named !== undefined && named !== '') {
    if (await isExecutable(named)) return { program: named, isImage: false }
    if (images && isImageName(named)) return { program: named, isImage: true }
    throw missing(`${named} is not a program that can be run${images ? ', nor the name of an image' : ''}`)
  }
  for (const folder of (process.env.PATH ?? '').split(':')) {
    const program = `${folder}/${file}`
    if (folder !== '' && (await isExecutable(program))) return { program, isImage: false }
  }
  throw missing(`${file} was found neither by --broker-bin, ${variable}, nor on PATH`)
}

function isImageName(name: string): boolean {
  return /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+(:[\w.-]+)?$/.test(name)
}

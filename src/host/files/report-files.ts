import { constants, rmSync } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { Fault, messageOf, systemCode } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { interrupted, own } from '../process/lifetime.js'
import { replaceFile } from './replace.js'

/** Files that were opened before a run, so that one that cannot be written is told before anything was done. */
export interface ReportFiles {
  /** @throws Fault MP-REPORT-WRITE (exit 3) */
  write(file: string, text: string): Promise<void>
  close(): Promise<void>
}

interface Opened {
  readonly handle: FileHandle
  /** What stands in it is kept, and this put behind it. */
  readonly grows: boolean
  /** Made by us and still empty: no run before left anything in it. */
  bare: boolean
}

/**
 * A file that was made here and never written, because the run failed or was stopped, is taken away again: an empty
 * report reads as a broken one. `growing`: one more, which is added to instead of replaced.
 * @throws Fault MP-REPORT-FILE (exit 3)
 */
export async function openReportFiles(files: readonly string[], growing?: string): Promise<ReportFiles> {
  const opened = new Map<string, Opened>()
  const takeAway = () => {
    for (const [file, { bare }] of opened) if (bare) rmSync(file, { force: true })
  }
  const close = own(
    'report files',
    async () => {
      takeAway()
      await Promise.all([...opened.values()].map(({ handle }) => handle.close()))
    },
    takeAway,
  )
  for (const file of growing === undefined ? files : [...files, growing]) {
    try {
      opened.set(file, { ...(await openReport(file)), grows: file === growing })
    } catch (error) {
      await close()
      throw cannotOpen(file, error)
    }
  }
  return {
    close,
    async write(file, text) {
      const report = opened.get(file)
      if (report === undefined) throw new Error(`the report ${file} was not opened`)
      report.bare = false
      try {
        // A report of an earlier run is kept until there is a new one; a pipe or /dev/stdout cannot be cut.
        if (!report.grows && (await report.handle.stat()).isFile()) await replaceFile(file, text)
        else await report.handle.writeFile(text)
      } catch (error) {
        throw notWritten(file, error)
      }
    },
  }
}

async function openReport(file: string): Promise<Omit<Opened, 'grows'>> {
  try {
    return { handle: await open(file, 'ax'), bare: true }
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
    const first = (await stat(file)).isFIFO() ? await readerOf(file) : undefined
    try {
      return { handle: await open(file, 'a'), bare: false }
    } finally {
      await first?.close()
    }
  }
}

/**
 * Waits until somebody reads the pipe. Node.js opens files in a thread, and one that waits there cannot be called back:
 * no signal but SIGKILL would end the program. The reader sees the end of the pipe when the last handle is closed.
 */
async function readerOf(pipe: string): Promise<FileHandle> {
  for (;;) {
    interrupted.throwIfAborted()
    try {
      return await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
    } catch (error) {
      if (systemCode(error) !== 'ENXIO') throw error
      await setTimeout(50, undefined, { signal: interrupted })
    }
  }
}

function cannotOpen(file: string, error: unknown): Fault {
  const code = systemCode(error)
  const why = code === 'ENOENT' ? 'its folder does not exist' : code === 'EACCES' ? 'no permission' : messageOf(error)
  return new Fault('MP-REPORT-FILE', `the report ${file} cannot be written: ${why}`, {
    exit: EXIT.environment,
    hints: ['nothing was run; make the folder, or name another file'],
    cause: error,
  })
}

function notWritten(file: string, error: unknown): Fault {
  return new Fault('MP-REPORT-WRITE', `the report ${file} was not written whole: ${messageOf(error)}`, {
    exit: EXIT.environment,
    hints: ['the result that was printed is complete'],
    cause: error,
  })
}

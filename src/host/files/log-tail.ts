import { open } from 'node:fs/promises'
import { Fault, systemCode } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'

/** As much of a log's end is read: a million lines of a broker. */
const mostOfLog = 128 << 20
const chunkBytes = 1 << 20
/** Longer lines are cut: no broker writes them. */
const longestLine = 64 << 10

/**
 * The lines of a log file, from the first to the last, or of its last 128 MiB.
 * @returns whether its beginning was left out
 * @throws Fault MP-LOG: not there or no file (exit 2), no permission (exit 3)
 */
export async function readLog(file: string, push: (line: string) => void): Promise<{ readonly cut: boolean }> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw unreadable(file, error)
  })
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw new Fault('MP-LOG', `${file} is not a file`, { exit: EXIT.usage })
    const start = Math.max(0, stats.size - mostOfLog)
    const buffer = Buffer.allocUnsafe(chunkBytes)
    const decoder = new TextDecoder()
    let rest = ''
    let first = start > 0
    // To where it ended when it was opened: a log that is written faster than it is read would have no end.
    for (let at = start; at < stats.size; ) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(chunkBytes, stats.size - at), at)
      if (bytesRead === 0) break
      at += bytesRead
      const lines = (rest + decoder.decode(buffer.subarray(0, bytesRead), { stream: true })).split('\n')
      rest = (lines.pop() ?? '').slice(0, longestLine)
      for (const line of lines) {
        if (!first) push(line.slice(0, longestLine).replace(/\r$/, ''))
        first = false
      }
    }
    if (rest !== '') push(rest)
    return { cut: start > 0 }
  } finally {
    await handle.close()
  }
}

function unreadable(file: string, cause: unknown): Fault {
  const code = systemCode(cause)
  if (code === 'EACCES' || code === 'EPERM') {
    return new Fault('MP-LOG', `no permission to read ${file}`, {
      exit: EXIT.environment,
      hints: ['run as a user or group that may read it, or with sudo'],
      cause,
    })
  }
  return new Fault('MP-LOG', `cannot read ${file}: ${code ?? 'not a file'}`, { exit: EXIT.usage, cause })
}

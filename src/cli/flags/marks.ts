import { Flags } from '@oclif/core'

/** For commands that have less to say than everything: what failed is always said. */
export const quietFlag = Flags.boolean({ char: 'q', description: 'only what failed', helpGroup: 'GLOBAL' })

/** For commands that know more than they say. */
export const verboseFlag = Flags.boolean({ char: 'v', description: 'bytes and logs too', helpGroup: 'GLOBAL' })

export const markFlags = { quiet: quietFlag, verbose: verboseFlag }

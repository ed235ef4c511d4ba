import { shellWord } from './shell-word.js'

const hidden = '***'
/** Flags that carry a secret: ours, and those of programs that our command line may start (`--exec`). */
const secretFlag = /^--?(?:password|passwd|pw|passphrase|pass|token|secret|api-?key)$/i

/** A command line as a report may show it: it keeps the flags for passwords and tokens, but not their values. */
export function publicCommandLine(program: string, args: readonly string[]): string {
  let hideNext = false
  const shown = args.map((arg) => {
    if (hideNext) {
      hideNext = false
      // `-P -` reads stdin: no secret, and worth knowing.
      return arg === '-' ? arg : hidden
    }
    hideNext = secretFlag.test(arg) || /^-[A-Za-z]*P$/.test(arg)
    return withoutSecrets(arg)
  })
  return [program, ...shown].map((word) => (word === hidden ? word : shellWord(word))).join(' ')
}

function withoutSecrets(arg: string): string {
  return (
    arg
      .replace(/^(-[A-Za-z]*P)(?!=?$)=?.+$/s, `$1${hidden}`)
      .replace(/(--?(?:password|passwd|passphrase|token|secret|api-?key)[= ])\S+/gi, `$1${hidden}`)
      .replace(/((?:^|\s)-P\s*)(?!-(?:\s|$))\S+/g, `$1${hidden}`)
      // NAME=VALUE of an environment, and user:password@ of an address.
      .replace(/(\b\w*(?:password|passwd|token|secret|api_?key)\w*=)(?!\*)\S+/gi, `$1${hidden}`)
      .replace(/(\w+:\/\/)[^/@\s]*@/g, `$1${hidden}@`)
  )
}

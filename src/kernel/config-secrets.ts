const hidden = '***'

/** `guest` is not a secret: it is RabbitMQ's, for clients without a name. */
const value = `(?!guest\\b)("[^"\\n]*"|'[^'\\n]*'|[^\\s"'#=]\\S*)`
/** `password`, `bind_password`, `default_pass`, `jwt_secret`, `api-key`; not `password_file`, nor a policy about them. */
const word =
  '[\\w.-]*(?:password|passwd|passphrase|secret|psk|[_.-]pass|[_.-]token|[_.-]cookie|(?:api|access|private|signing|encryption|shared)[_.-]?key)(?![_.-]?(?:file|path|dir|hint|policy|min|max|hash_|expir))(?:_\\d+)?'

const secrets: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, hidden],
  [new RegExp(`((?:^|[\\s"'])${word}[ \\t]*=[ \\t]*)${value}`, 'gim'), `$1${hidden}`],
  // Words without an equals sign are prose in a comment.
  [new RegExp(`(^(?:[^#\\n]*?[ \\t"'])?${word}[ \\t]+)${value}`, 'gim'), `$1${hidden}`],
  // HAProxy: `stats auth USER:PASSWORD`; a header for a health check.
  [/(\bstats[ \t]+auth[ \t]+[^\s:]+:)\S+/gi, `$1${hidden}`],
  [/(\bauthorization[ \t:]+["']?(?:basic|bearer)[ \t]+(?:\\ )?)[^\s"']+/gi, `$1${hidden}`],
  [/(\b\w{1,20}:\/\/[^/@\s:]*:)[^/@\s]+@/g, `$1${hidden}@`],
]

/** Lines of a configuration file, without the passwords and keys in them: they are about to be shown or kept. */
export function withoutSecrets(text: string): string {
  return secrets.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text)
}

# bash completion for mqtt-proxy
_mqtt_proxy() {
  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" cmd="" words="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "${cmd:+$cmd }${COMP_WORDS[i]}" in
      'check'|'gen haproxy'|'gen all'|'broker'|'broker stop'|'gen') cmd="${cmd:+$cmd }${COMP_WORDS[i]}" ;;
    esac
  done
  COMPREPLY=()
  case "$cmd $prev" in
      'check --reporter') words='junit tap'; COMPREPLY=($(compgen -W "$words" -- "$cur")); return ;;
      'check -r') words='junit tap'; COMPREPLY=($(compgen -W "$words" -- "$cur")); return ;;
      'check --dir') words=''; COMPREPLY=($(compgen -W "$words" -- "$cur")); return ;;
  esac
  case "$cur" in
  -*) case "$cmd" in
    'check') words='--reporter --dir --strict' ;;
    'gen haproxy') words='' ;;
    'gen all') words='--json' ;;
    'broker') words='' ;;
    'broker stop') words='' ;;
    *) words="--help --version" ;;
    esac ;;
  *) case "$cmd" in
    '') words='check gen broker' ;;
    'gen') words='haproxy all' ;;
    'broker') words='stop' ;;
    'check') words='tcp proxy:v1' ;;
    'gen haproxy') words='tcp' ;;
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _mqtt_proxy mqtt-proxy

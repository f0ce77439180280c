package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help says where to put the script.
func (c *completionCmd) Help() string {
	return `Load it in the shell that is running:

    source <(territoires completion bash)
    source <(territoires completion zsh)
    territoires completion fish | source`
}

// Run prints a script made from the model of the commands, so that a new command is
// completed without a change here.
func (c *completionCmd) Run(out *screen, model *kong.Application) error {
	var text string
	switch c.Shell {
	case "bash":
		text = bash(model)
	case "zsh":
		// zsh runs completions written for bash.
		text = "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n" + bash(model)
	case "fish":
		text = fish(model)
	}
	_, err := io.WriteString(out, text)
	return err
}

// identifiers prints the identifiers of both phases, for show, in every shell.
const identifiers = `echo I II | xargs -n 1 territoires list --format text --phase | cut -f1 | sort -u`

// bash returns a script that first looks for the command: flags of the program may
// stand before it, and bash parts --flag=value into three words.
func bash(model *kong.Application) string {
	var b strings.Builder
	b.WriteString(`_territoires() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd= words i
  if [ "$cur" = = ]; then
    cur=
  elif [ "$prev" = = ]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "${COMP_WORDS[i]}" in
`)
	for _, f := range model.Flags {
		if !f.IsBool() {
			fmt.Fprintf(&b, "      --%s) i=$((i + 1)); [ \"${COMP_WORDS[i]}\" = = ] && i=$((i + 1)) ;;\n", f.Name)
		}
	}
	b.WriteString("      -*) ;;\n      *) cmd=${COMP_WORDS[i]}; break ;;\n    esac\n  done\n  case \"$cmd $prev\" in\n")
	none := &kong.Node{Flags: model.Flags} // no command yet
	for _, cmd := range append(visible(model), none) {
		for _, f := range flags(cmd) {
			if values := choices(f.Value); values != "" {
				fmt.Fprintf(&b, "    %q) words=%q ;;\n", cmd.Name+" --"+f.Name, values)
			}
		}
	}
	for _, cmd := range visible(model) {
		fmt.Fprintf(&b, "    %q*) words=%s ;;\n", cmd.Name+" ", bashWords(cmd))
	}
	fmt.Fprintf(&b, "    *) words=\"%s \"%s ;;\n", strings.Join(names(model), " "), bashWords(none))
	b.WriteString("  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -o default -F _territoires territoires\n")
	return b.String()
}

// bashWords returns the words that may follow a command: its flags and the values of
// its argument.
func bashWords(cmd *kong.Node) string {
	words := arguments(cmd)
	for _, f := range flags(cmd) {
		words = append(words, "--"+f.Name)
	}
	text := fmt.Sprintf("%q", strings.Join(words, " "))
	if cmd.Name == "show" {
		text += `" $(` + identifiers + `)"`
	}
	return text
}

func fish(model *kong.Application) string {
	var b strings.Builder
	b.WriteString("complete -c territoires -f\n")
	before := "-n 'not __fish_seen_subcommand_from " + strings.Join(names(model), " ") + "'"
	for _, f := range model.Flags {
		fishFlag(&b, before, f)
	}
	for _, cmd := range visible(model) {
		fmt.Fprintf(&b, "complete -c territoires %s -a %s -d %s\n", before, cmd.Name, single(cmd.Help))
		in := "-n '__fish_seen_subcommand_from " + cmd.Name + "'"
		for _, word := range arguments(cmd) {
			fmt.Fprintf(&b, "complete -c territoires %s -a %s\n", in, word)
		}
		if takesFile(cmd) {
			fmt.Fprintf(&b, "complete -c territoires %s -F\n", in)
		}
		if cmd.Name == "show" {
			fmt.Fprintf(&b, "complete -c territoires %s -a '(%s)'\n", in, identifiers)
		}
		for _, f := range flags(cmd) {
			fishFlag(&b, in, f)
		}
	}
	return b.String()
}

// fishFlag writes the line of a flag, which is for the commands that in names.
func fishFlag(b *strings.Builder, in string, f *kong.Flag) {
	fmt.Fprintf(b, "complete -c territoires %s -l %s -d %s", in, f.Name, single(f.Help))
	if values := choices(f.Value); values != "" {
		fmt.Fprintf(b, " -x -a %s", single(values))
	} else if !f.IsBool() {
		b.WriteString(" -r")
	}
	b.WriteByte('\n')
}

// single quotes a text for fish.
func single(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

func visible(model *kong.Application) []*kong.Node {
	var out []*kong.Node
	for _, n := range model.Children {
		if !n.Hidden {
			out = append(out, n)
		}
	}
	return out
}

func names(model *kong.Application) (out []string) {
	for _, n := range visible(model) {
		out = append(out, n.Name)
	}
	return out
}

// choices returns the values of a flag or argument with a closed list, otherwise "".
func choices(v *kong.Value) string {
	if v.Name == "phase" {
		return "I II"
	}
	return strings.ReplaceAll(v.Enum, ",", " ")
}

// flags lists the flags of a command and of the commands under it.
func flags(cmd *kong.Node) []*kong.Flag {
	all := slices.Clone(cmd.Flags)
	for parent := cmd.Parent; parent != nil; parent = parent.Parent {
		all = append(all, parent.Flags...)
	}
	for _, n := range cmd.Children {
		all = append(all, n.Flags...)
	}
	return all
}

// takesFile reports whether a command, or one under it, reads files.
func takesFile(cmd *kong.Node) bool {
	for _, p := range cmd.Positional {
		if p.Name == "file" {
			return true
		}
	}
	return slices.ContainsFunc(cmd.Children, takesFile)
}

// arguments lists the words other than flags that may follow a command: the
// commands under it and the values of its argument.
func arguments(cmd *kong.Node) (out []string) {
	for _, n := range cmd.Children {
		out = append(out, n.Name)
	}
	for _, p := range cmd.Positional {
		out = append(out, strings.Fields(choices(p))...)
	}
	return out
}

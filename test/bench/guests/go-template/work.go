// A guest that fills a template by the standard library.
package main

import (
	"bytes"
	"text/template"
)

type row struct {
	Name string
	Tags []string
}

func work(n int) (total int) {
	t := template.Must(template.New("page").Parse(
		`{{range .}}<li>{{.Name | printf "%-10s"}}: {{range $i, $t := .Tags}}{{if $i}}, {{end}}{{$t}}{{else}}none{{end}}</li>{{end}}`))
	rows := make([]row, 50)
	for i := range rows {
		rows[i] = row{"row", []string{"new", "red", "large"}[:i%4]}
	}
	var out bytes.Buffer
	for range n {
		out.Reset()
		if err := t.Execute(&out, rows); err != nil {
			panic(err)
		}
		total += out.Len()
	}
	return total
}

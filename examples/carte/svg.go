package main

import (
	"html/template"

	"github.com/territoires-industrie/sdk/territoires"
)

// drawing is what the template draws.
type drawing struct {
	Title string
	Map   territoires.Outline
	Dots  []dot
}

type dot struct {
	X, Y float64
	Name string
}

var svg = template.Must(template.New("map").Parse(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{.Map.Width}} {{.Map.Height}}" role="img" aria-labelledby="title">
<title id="title">{{.Title}}</title>
<g fill="#eceae4" stroke="#6b6b6b" stroke-width="1.5" stroke-linejoin="round">
{{range .Map.Shapes}}<path d="{{.Path}}"/>
{{end}}</g>
<g fill="none" stroke="#6b6b6b">
{{range .Map.Insets}}<rect x="{{.X}}" y="{{.Y}}" width="{{.Width}}" height="{{.Height}}"/>
{{end}}</g>
<g fill="#a3123f" stroke="#fff" stroke-width="1.5">
{{range .Dots}}<circle cx="{{printf "%.1f" .X}}" cy="{{printf "%.1f" .Y}}" r="7"><title>{{.Name}}</title></circle>
{{end}}</g>
</svg>
`))

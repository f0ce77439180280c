module example.org/embed

go 1.26

require github.com/territoires-industrie/sdk v0.0.0

replace github.com/territoires-industrie/sdk => ../..

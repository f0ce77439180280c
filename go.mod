module github.com/territoires-industrie/sdk

go 1.26

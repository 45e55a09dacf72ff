module github.com/mozaiks/mozaiks/test/bench/guests/go-json

go 1.26.8

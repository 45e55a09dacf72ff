module github.com/mozaiks/mozaiks/test/bench/guests/go-template

go 1.26.8

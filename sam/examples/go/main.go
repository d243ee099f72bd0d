// The function: takes an order and says what it understood. It knows nothing of Tollgate.
//
// It speaks Lambda's Runtime API with the standard library alone, so that it builds without a network.
// With github.com/aws/aws-lambda-go nothing differs for Tollgate: that reads the same variable.
package main

import (
	"bytes"
	"encoding/json"
	"log"
	"net/http"
	"os"
)

type request struct {
	Body string `json:"body"`
}

type order struct {
	SKU   string `json:"sku"`
	Count int    `json:"count"`
}

type response struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
	Body       string            `json:"body"`
}

func handle(event request) response {
	var wanted order
	headers := map[string]string{"content-type": "application/json"}
	if err := json.Unmarshal([]byte(event.Body), &wanted); err != nil || wanted.SKU == "" {
		return response{400, headers, `{"error":"send JSON with a sku and a count"}`}
	}
	answer, err := json.Marshal(wanted)
	if err != nil {
		return response{500, headers, `{}`}
	}
	return response{201, headers, string(answer)}
}

// next takes one event, handles it and sends the answer.
func next(api string) error {
	reply, err := http.Get(api + "/next")
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	id := reply.Header.Get("Lambda-Runtime-Aws-Request-Id")
	var event request
	path, body := "/response", []byte(nil)
	if err := json.NewDecoder(reply.Body).Decode(&event); err != nil {
		path, body = "/error", []byte(`{"errorType":"Event","errorMessage":"not an event of an HTTP API"}`)
	} else if body, err = json.Marshal(handle(event)); err != nil {
		return err
	}
	sent, err := http.Post(api+"/"+id+path, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	return sent.Body.Close()
}

func main() {
	// The wrapper has put Tollgate's address here.
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation"
	for {
		if err := next(api); err != nil {
			log.Fatal(err)
		}
	}
}

package validation_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

func ExampleReadJSON() {
	var visit struct {
		Territory territoires.ID   `json:"territory" validate:"territory"`
		Day       territoires.Date `json:"day" validate:"required"`
	}
	err := validation.ReadJSON(strings.NewReader(`{"teritory": "ti-2701", "day": "2019-02-30"}`), &visit, nil)
	if bad, ok := errors.AsType[*validation.Error](err); ok {
		for _, f := range bad.Fields {
			fmt.Println(f.Path, "-", f.Message("en"))
		}
	}
	// Output:
	// - Correct or remove the name that begins at line and column 1:2: there is none of that name here.
	// territory - Choose a territory in the list of Territoires d’industrie.
	// day - Write a day of the calendar, such as 2019-06-12.
}

// The texts of validator/v10 are for developers; these are for who typed.
func ExampleTranslate() {
	v := validator.New()
	type form struct {
		Name string `validate:"required"`
	}
	err := validation.Translate(v.Struct(form{}))
	if bad, ok := errors.AsType[*validation.Error](err); ok {
		fmt.Println(bad.Fields[0].Path, "-", bad.Fields[0].Message("en"))
	}
	// Output: form.Name - Fill in this field.
}

func ExampleFieldError_Message() {
	f := validation.FieldError{Path: "form.siret", Rule: "siret"}
	fmt.Println(f.Message("en"))
	// Output: Write a SIRET number: 14 digits, beginning with the SIREN of the enterprise.
}

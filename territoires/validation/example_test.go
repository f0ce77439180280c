package validation_test

import (
	"errors"
	"fmt"

	"github.com/go-playground/validator/v10"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

func ExampleValidate() {
	type Company struct {
		SIREN     string         `json:"siren" validate:"required,siren"`
		Territory territoires.ID `json:"territory" validate:"territory"`
	}
	err := validation.Validate(Company{SIREN: "732829321", Territory: "ti-2701"})
	bad, _ := errors.AsType[*validation.Error](err)
	for _, f := range bad.Fields {
		fmt.Println(f.Path, "-", f.Message("en"))
	}
	// Output: company.siren - Check every digit of this SIREN number: its check digit is wrong.
}

// A program that has a validator already adds the tags to it.
func ExampleRegister() {
	v := validator.New()
	if err := validation.Register(v); err != nil {
		fmt.Println(err)
	}
	type Form struct {
		Departement string `json:"departement" validate:"departement"`
	}
	fmt.Println(validation.Translate(v.Struct(Form{"2a"})))
	fmt.Println(validation.Translate(v.Struct(Form{"20"})))
	// Output:
	// <nil>
	// territoires: invalid: form.departement: departement
}

package web_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web"
)

// endless is a file of one letter that goes on for so many bytes, and knows how
// many of them were read.
type endless struct{ left, read int64 }

func (e *endless) Read(p []byte) (int, error) {
	n := min(int64(len(p)), e.left)
	if n == 0 {
		return 0, io.EOF
	}
	for i := range p[:n] {
		p[i] = 'x'
	}
	e.left, e.read = e.left-n, e.read+n
	return int(n), nil
}

// TestImportOfTwoGigabytes: a file of two gigabytes is refused as soon as it is
// longer than any list, and before if the browser says how long it is.
func TestImportOfTwoGigabytes(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.as(registration.RoleOrganiser)
	const head = "--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"liste.csv\"\r\n\r\nNom;Prénom\r\n"
	for _, told := range []bool{false, true} {
		file := &endless{left: 2 << 30}
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/organisation/rencontres/"+slug+"/import", io.MultiReader(strings.NewReader(head), file))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=limit")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		most := int64(11 << 20)
		if told {
			r.ContentLength, most = int64(len(head))+file.left, 0
		}
		f.do(r).want(t, http.StatusUnprocessableEntity, "Le fichier dépasse 10 Mo", `id="file-error"`)
		if file.read > most {
			t.Errorf("%d bytes were read, want %d at most (length told: %v)", file.read, most, told)
		}
	}
}

// TestImportBehindGigabytes: what stands before the file counts too.
func TestImportBehindGigabytes(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.as(registration.RoleOrganiser)
	const part = "--limit\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"liste.csv\"\r\n\r\n"
	other := &endless{left: 64 << 20}
	body := io.MultiReader(strings.NewReader(fmt.Sprintf(part, "other")), other,
		strings.NewReader("\r\n"+fmt.Sprintf(part, "file")+"Nom;Prénom\r\nPetit;Ana\r\n--limit--\r\n"))
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/organisation/rencontres/"+slug+"/import", body)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=limit")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	f.do(r).want(t, http.StatusUnprocessableEntity, `id="file-error"`)
	if most := int64(11 << 20); other.read > most {
		t.Errorf("%d bytes were read, want %d at most", other.read, most)
	}
}

// TestImportOfBadWorkbooks: a formula and a bomb are said beside the field, and
// leave nothing behind.
func TestImportOfBadWorkbooks(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.as(registration.RoleOrganiser)
	page := "/organisation/rencontres/" + slug + "/import"
	var formula, bomb bytes.Buffer
	book := excelize.NewFile()
	defer book.Close()
	for cell, v := range map[string]string{"A1": "Nom", "B1": "Prénom", "A2": "Roux"} {
		if err := book.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.SetCellFormula("Sheet1", "B2", `=HYPERLINK("https://exemple.fr","Ana")`); err != nil {
		t.Fatal(err)
	}
	if err := book.Write(&formula); err != nil {
		t.Fatal(err)
	}
	var one bytes.Buffer // is deflated once and stands in each part
	z := zip.NewWriter(&one)
	w, err := z.Create("part")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, &endless{left: 64 << 20}); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	deflated, err := zip.NewReader(bytes.NewReader(one.Bytes()), int64(one.Len()))
	if err != nil {
		t.Fatal(err)
	}
	z = zip.NewWriter(&bomb)
	for _, name := range []string{"[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		part := deflated.File[0]
		part.Name = name
		if err := z.Copy(part); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if bomb.Len() > 1<<20 {
		t.Fatalf("the bomb is %d bytes", bomb.Len())
	}
	for want, file := range map[string]string{
		"Ligne 2\u00a0: la cellule B2 contient une formule":           formula.String(),
		"Le classeur est abîmé, ou bien plus gros qu’il n’en a l’air": bomb.String(),
	} {
		f.send(page, "liste.xlsx", file).want(t, http.StatusUnprocessableEntity, "Erreur", want, `id="file-error"`, `href="#file"`)
	}
	if n := len(f.signups()); n != 0 {
		t.Errorf("%d sign-ups", n)
	}
	// The same workbook without its formula is read.
	if err := book.SetCellFormula("Sheet1", "B2", ""); err != nil {
		t.Fatal(err)
	}
	if err := book.SetCellValue("Sheet1", "B2", "Ana"); err != nil {
		t.Fatal(err)
	}
	formula.Reset()
	if err := book.Write(&formula); err != nil {
		t.Fatal(err)
	}
	list := f.send(page, "liste.xlsx", formula.String()).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(list).want(t, http.StatusOK, fmt.Sprint(1, " personne à inscrire"), "Première feuille du classeur")
}

// TestImportStoresNoMoreThanItRead: signs that HTML must escape take one byte each in
// the list that is stored, not six.
func TestImportStoresNoMoreThanItRead(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.as(registration.RoleOrganiser)
	file := "Nom;Prénom\n" + strings.Repeat(strings.Repeat("<&>", 1000)+";Ana\n", 100)
	list := f.send("/organisation/rencontres/"+slug+"/import", "liste.csv", file).want(t, http.StatusSeeOther).Header.Get("Location")
	var id registration.ID
	if err := id.UnmarshalText([]byte(list[strings.LastIndex(list, "=")+1:])); err != nil {
		t.Fatal(err)
	}
	p, err := f.desk.PendingImport(t.Context(), slug, id)
	if err != nil || len(p.Content) > len(file)+10_000 {
		t.Errorf("%d bytes were stored of a file of %d: %v", len(p.Content), len(file), err)
	}
}

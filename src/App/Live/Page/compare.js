// The slider that uncovers the photograph over the result.
for (const compare of document.querySelectorAll(".compare")) {
  const slider = compare.querySelector("input");
  const show = () => {
    compare.style.setProperty("--cut", `${slider.value}%`);
    slider.setAttribute("aria-valuetext", `${slider.value} % photograph`);
  };
  slider.addEventListener("input", show);
  show();
}
